// What reading one value may come to. A refusal continues the sentence that starts with the variable's name and value:
// `BILLING_TIME "25:00"` … `is not a time of day; write HH:MM, for example 10:00`.

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export type Parse<T> = (text: string) => Parsed<T>;

export const read = <T>(value: T): Parsed<T> => ({ ok: true, value });

export const refuse = (why: string): Parsed<never> => ({ ok: false, why });
