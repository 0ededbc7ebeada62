import type { Span, Tracer } from '@opentelemetry/api';

/** What is told of a piece of work beside its name and its time. */
export type SpanNotes = Readonly<Record<string, string | number | boolean>>;
/** Notes something that is known only while the work goes on. */
export type Note = (notes: SpanNotes) => void;

/** Where spans go is asked for in the variables that every OpenTelemetry program reads. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
const STOP_WITHIN_MS = 3_000;

/** What this process traces with, as its log is its one standard output; `null`: it does not. */
let on: { tracer: Tracer; failed(span: Span, error: unknown): void } | null = null;

/**
 * Does a piece of work within a span, child of the one around it; where nothing is traced, the work and no more. A span
 * is for a request, a batch, an insert, a checkpoint: never for an event.
 */
export const inSpan = <T>(name: string, notes: SpanNotes, work: (note: Note) => T): T => {
  if (on === null) return work(nothing);
  const { tracer, failed } = on;
  return tracer.startActiveSpan(name, { attributes: notes }, (span) => {
    try {
      const done = work((more) => void span.setAttributes(more));
      if (!(done instanceof Promise)) {
        span.end();
        return done;
      }
      return done.then(
        (value: unknown) => {
          span.end();
          return value;
        },
        (error: unknown) => {
          failed(span, error);
          throw error;
        },
      ) as T;
    } catch (error) {
      failed(span, error);
      throw error;
    }
  });
};

/** A span of work that took so many seconds and has just ended. */
export const endedSpan = (name: string, seconds: number, notes: SpanNotes): void => {
  if (on === null) return;
  const endTime = Date.now();
  on.tracer.startSpan(name, { attributes: notes, startTime: endTime - 1000 * seconds }).end(endTime);
};

/**
 * Begins to trace where the environment says where to; no package of it is loaded otherwise. Sampling is set by
 * `OTEL_TRACES_SAMPLER`, as everywhere. Answers how to end: what waits is sent first, for a few seconds at most.
 */
export const startTraces = async (environment: NodeJS.ProcessEnv): Promise<() => Promise<void>> => {
  if (!ENDPOINTS.some((name) => environment[name])) return () => Promise.resolve();
  const [{ SpanStatusCode }, { BatchSpanProcessor, NodeTracerProvider }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const named = resources.resourceFromAttributes({ 'service.name': environment['OTEL_SERVICE_NAME'] ?? 'tallylight' });
  const provider = new NodeTracerProvider({
    resource: resources.defaultResource().merge(named),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  const failed = (span: Span, error: unknown): void => {
    span.recordException(error instanceof Error ? error : String(error));
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  on = { tracer: provider.getTracer('tallylight'), failed };
  return async () => {
    on = null;
    const isOver = new Promise<void>((resolve) => setTimeout(resolve, STOP_WITHIN_MS).unref());
    await Promise.race([provider.shutdown().catch(() => undefined), isOver]);
  };
};

const nothing: Note = () => undefined;
