import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { TraceDestination } from './tracing.ts';

/** How long sending some spans may take, and with it the end of the server. */
export const EXPORT_TIMEOUT_MS = 5000;

/** Sends spans, and tells of the first failure after a success: a collector that is down is one line in the log. */
export function createSpanExporter({
  destination,
  onProblem,
}: {
  readonly destination: TraceDestination;
  readonly onProblem: (error: Error) => void;
}): SpanExporter {
  const exporter = exporterTo(destination);
  let isFailing = false;
  return {
    export(spans, done): void {
      exporter.export(spans, (result) => {
        const isFailure = result.code === ExportResultCode.FAILED;
        if (isFailure && !isFailing) onProblem(result.error ?? new Error('spans could not be sent'));
        isFailing = isFailure;
        done(result);
      });
    },
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function exporterTo(destination: TraceDestination): SpanExporter {
  switch (destination.kind) {
    case 'otlp': {
      const { url, authorization } = destination;
      return new OTLPTraceExporter({
        url,
        headers: authorization === undefined ? {} : { authorization },
        timeoutMillis: EXPORT_TIMEOUT_MS,
      });
    }
    case 'zipkin':
      return new ZipkinExporter({ url: destination.url });
  }
}
