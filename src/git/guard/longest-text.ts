/** Bytes; what is larger is data rather than text, and is not looked at. Twice copied, it holds up nobody for 20 ms. */
export const longestText = 5_000_000
