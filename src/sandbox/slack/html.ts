// Text becomes HTML here and nowhere else, so that no text of a user, a customer or a bot is ever markup.

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

type Value = string | number | boolean | undefined;

/** Attributes with a leading space each; `false` and `undefined` are left out, `true` stands without a value. */
export const attributes = (values: Readonly<Record<string, Value>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`))
    .join('');

/** An element around HTML that is safe already. */
export const tag = (name: string, values: Readonly<Record<string, Value>>, inner = ''): string =>
  `<${name}${attributes(values)}>${inner}</${name}>`;
