package http

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// trace begins the span of a request, within the caller's trace if it named
// one. Events that follow name the span, when there is one, as what caused them.
func (s *Server) trace(r *http.Request) (context.Context, trace.Span) {
	incoming := propagation.HeaderCarrier(r.Header)
	ctx := propagation.TraceContext{}.Extract(r.Context(), incoming)
	ctx, span := s.Tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer))
	if span.IsRecording() {
		propagation.TraceContext{}.Inject(ctx, incoming)
	}
	return ctx, span
}

// endSpan names the span by the route, so that it holds no ids.
func endSpan(span trace.Span, route, method string, status int) {
	span.SetName(method + " " + route)
	span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
		attribute.Int("http.response.status_code", status))
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, http.StatusText(status))
	}
}
