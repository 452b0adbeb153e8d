/** Stands for an argument of a function of the store, or a row of an answer, whatever it is: text, number, list, object. */
// biome-ignore lint/suspicious/noExplicitAny: it has every property and can be called
export const anyValue: any = new Proxy(() => undefined, {
  get(_target, key) {
    if (key === Symbol.toPrimitive) return (hint: string) => (hint === 'number' ? 1 : '1');
    if (key === Symbol.iterator) return () => [anyValue, anyValue, anyValue].values();
    // It is no promise, and JSON leaves it out.
    if (key === 'then' || key === 'toJSON') return undefined;
    if (key === 'length' || key === 'size') return 1;
    if (key === 'toString') return () => '1';
    const ofList = Reflect.get([anyValue], key) as unknown;
    return typeof ofList === 'function' && key !== 'constructor' ? ofList.bind([anyValue]) : anyValue;
  },
  apply: () => anyValue,
});
