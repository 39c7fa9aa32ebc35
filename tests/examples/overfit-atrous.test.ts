import { learnsByHeart } from "./learn-by-heart.ts";
import { narrowExamples } from "./narrow-examples.ts";

learnsByHeart(narrowExamples.atrous);
