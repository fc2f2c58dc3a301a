import { testLmEval } from "../../support/parityTests.ts";

testLmEval("stories260k");
