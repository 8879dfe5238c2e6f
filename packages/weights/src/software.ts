/** Name and version that findings carry. */
export const SOFTWARE = 'filiation 0.1.0';
