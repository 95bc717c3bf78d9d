/** How bad a finding is: the labels of the AWS Security Finding Format, worst last. */
export enum Severity {
  /** No issue was found, or it is for information only. */
  INFORMATIONAL = 'INFORMATIONAL',
  /** Does not need action on its own. */
  LOW = 'LOW',
  /** Must be addressed, but not urgently. */
  MEDIUM = 'MEDIUM',
  /** Must be addressed with priority. */
  HIGH = 'HIGH',
  /** Must be remedied at once. */
  CRITICAL = 'CRITICAL',
}

/** What a finding does that no released version fixes yet. It is reported in every case. */
export enum UnfixableFindings {
  /** It never blocks. */
  REPORT = 'REPORT',
  /** It blocks only if it is CRITICAL and known to be exploited (CISA's catalogue, or the scanner's word). */
  REPORT_UNLESS_EXPLOITED = 'REPORT_UNLESS_EXPLOITED',
  /** It blocks as any other finding does. */
  BLOCK = 'BLOCK',
}
