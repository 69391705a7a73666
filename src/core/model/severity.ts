/** Only an error forbids a topology; a notice is for those who want to know why. */
export type Severity = 'error' | 'warning' | 'notice';
