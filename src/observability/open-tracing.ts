import { SthenoError } from '../errors.ts';
import type { TraceDestination, Tracing, TracingSettings } from './tracing.ts';

export interface OpenTracingOptions {
  readonly settings: TracingSettings;
  /** Of this program. */
  readonly version: string;
  /** Spans cannot be sent; told once until they can again. */
  readonly onProblem: (error: Error) => void;
}

/**
 * Starts tracing as the configuration says; undefined when it is off. The libraries are loaded only when it is on.
 * @throws {SthenoError} `failed_precondition` when it cannot be started as configured
 */
export async function openTracing({ settings, version, onProblem }: OpenTracingOptions): Promise<Tracing | undefined> {
  if (settings.provider === undefined) return undefined;
  const destination = destinationOf(settings);
  const { otlp, zipkin } = settings.providers;
  const { OtelTracing } = await loadLibraries();
  return new OtelTracing({
    serviceName: settings.service_name,
    deploymentEnvironment: settings.deployment_environment,
    version,
    destination,
    ratio: (settings.provider === 'zipkin' ? zipkin : otlp).sampling.sampling_ratio,
    onProblem,
  });
}

function destinationOf({ provider, providers: { otlp, zipkin } }: TracingSettings): TraceDestination {
  switch (provider) {
    case 'otel': {
      if (otlp.server_url === undefined) throw missing('otlp', 'otel');
      const url = `${otlp.insecure ? 'http' : 'https'}://${otlp.server_url}/v1/traces`;
      return { kind: 'otlp', url, authorization: otlp.authorization_header };
    }
    case 'zipkin':
      if (zipkin.server_url === undefined) throw missing('zipkin', 'zipkin');
      return { kind: 'zipkin', url: zipkin.server_url };
    case 'jaeger':
    case undefined:
      throw new SthenoError('failed_precondition', {
        message:
          'tracing.provider "jaeger" is not supported: its agent is no longer a part of Jaeger, which takes OTLP. ' +
          'Use the provider "otel" with tracing.providers.otlp.server_url, such as "jaeger:4318"',
      });
  }
}

function missing(key: string, provider: string): SthenoError {
  return new SthenoError('failed_precondition', {
    message: `tracing.provider is "${provider}", but tracing.providers.${key}.server_url is not set`,
  });
}

/** They are optional dependencies: who does not trace can leave them out. */
async function loadLibraries(): Promise<typeof import('./otel-tracing.ts')> {
  try {
    return await import('./otel-tracing.ts');
  } catch (cause) {
    throw new SthenoError('failed_precondition', {
      message: 'tracing is on, but its libraries (@opentelemetry/…) are not installed',
      cause,
    });
  }
}
