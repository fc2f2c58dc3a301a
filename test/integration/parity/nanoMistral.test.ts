import { testBioMistral, testLmEval } from "../../support/parityTests.ts";

testLmEval("nano-mistral");
testBioMistral("nano-mistral");
