/** What decides which upstream serves a model. */
export type ModelRoute = { name: string; is_default: boolean; models: readonly string[] };

/** An upstream, and the model's name as the upstream knows it. */
export type PickedUpstream<Row> = { upstream: Row; model: string };

/**
 * Returns the upstream of a model; null: there is none. `name/model` is the model of the upstream with this name. Any other
 * name goes by the longest matching prefix, and else to the default. So `meta-llama/Llama-3` is a model of the default,
 * unless there is an upstream `meta-llama`. Of equal prefixes the first upstream has the model.
 */
export function pickUpstream<Row extends ModelRoute>(rows: readonly Row[], model: string): PickedUpstream<Row> | null {
  const slash = model.indexOf('/');
  const named = slash > 0 && slash < model.length - 1 ? rows.find(({ name }) => name === model.slice(0, slash)) : null;
  if (named) return { upstream: named, model: model.slice(slash + 1) };
  let best: Row | null = null;
  let length = 0;
  for (const row of rows) {
    for (const prefix of row.models) {
      if (prefix.length <= length || !model.startsWith(prefix)) continue;
      best = row;
      length = prefix.length;
    }
  }
  const upstream = best ?? rows.find(({ is_default }) => is_default);
  return upstream ? { upstream, model } : null;
}
