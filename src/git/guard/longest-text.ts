/** Bytes; what is larger is data rather than text, and is not looked at. */
export const longestText = 10_000_000
