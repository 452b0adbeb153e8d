import { describe, expect, it } from 'vitest';
import { readConfig } from '#src/config.ts';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };

describe('traces', () => {
  it.each([
    ['no collector is named', {}],
    ['the collector is of metrics alone', { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318' }],
    ['the SDK is disabled', { ...endpoint, OTEL_SDK_DISABLED: 'true' }],
    ['their exporter is none', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    ['other settings are wrong, which nobody reads then', { OTEL_TRACES_SAMPLER: 'sometimes' }],
  ])('are off when %s', (_, env) => {
    expect(readConfig(env).traces).toBeUndefined();
  });

  it('are on with a collector, by the parent and all of them', () => {
    expect(readConfig(endpoint).traces).toMatchObject({ sampler: 'parentbased_always_on', ratio: 1 });
    const { traces } = readConfig({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
    });
    expect(traces).toMatchObject({ sampler: 'parentbased_traceidratio', ratio: 0.25 });
  });

  it('refuse settings that Ringback cannot follow, and repeat no value', () => {
    const wrong = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:secret',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_SAMPLER: 'sometimes',
      OTEL_TRACES_SAMPLER_ARG: '2',
      OTEL_BSP_SCHEDULE_DELAY: 'soon',
    };
    const read = () => readConfig(wrong);
    for (const name of Object.keys(wrong)) expect(read).toThrow(`${name} should be`);
    expect(read).toThrow('http/protobuf: Ringback sends no other');
    expect(read).not.toThrow('secret');
  });
});
