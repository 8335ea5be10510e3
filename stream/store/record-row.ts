/** One row by column name, as JSONEachRow takes it. */
export type RecordRow = Record<string, string | number | boolean | null | readonly string[] | Record<string, string>>;
