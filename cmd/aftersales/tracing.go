package main

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.37.0"
	"go.opentelemetry.io/otel/trace"
)

// tracer sends traces to an OpenTelemetry collector (OTLP over HTTP) until stop,
// which sends what is left. Without a collector nothing is traced.
func tracer(ctx context.Context, url string) (_ trace.Tracer, stop func(context.Context) error, err error) {
	if url == "" {
		return nil, func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(url))
	if err != nil {
		return nil, nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(semconv.ServiceName("aftersales"))))
	return provider.Tracer("aftersales/http"), provider.Shutdown, nil
}
