/** The examples that label patch by patch: sliding-window-classifier.test.ts trains them on patches of scenes. */
export const naiveExamples = ["sliding-window-classifier.fcn"] as const;
