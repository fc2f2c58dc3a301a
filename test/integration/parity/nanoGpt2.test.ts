import { testBioMistral, testLmEval } from "../../support/parityTests.ts";

testLmEval("nano-gpt2");
testBioMistral("nano-gpt2");
