/**
 * The version of a run's plan: raised whenever the same text means something else, or a checkpoint is written in another way. A setting
 * that is only new gets its line in plan-settings.ts instead.
 */
export const planVersion = 3;
