package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// What was traced reaches the collector, at the latest when the service stops.
func TestTracesReachTheCollector(t *testing.T) {
	got := make(chan *coltrace.ExportTraceServiceRequest, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		request := new(coltrace.ExportTraceServiceRequest)
		if err == nil {
			err = proto.Unmarshal(body, request)
		}
		if err != nil || !strings.HasSuffix(r.URL.Path, "/v1/traces") {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		got <- request
	}))
	defer collector.Close()
	traces, stop, err := tracer(t.Context(), collector.URL+"/v1/traces")
	if err != nil {
		t.Fatal(err)
	}
	_, span := traces.Start(t.Context(), "POST /v1/teams")
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	sent := (<-got).GetResourceSpans()[0]
	if name := sent.GetScopeSpans()[0].GetSpans()[0].GetName(); name != "POST /v1/teams" {
		t.Errorf("sent %q", name)
	}
	if name := sent.GetResource().GetAttributes()[0].GetValue().GetStringValue(); name != "aftersales" {
		t.Errorf("of the service %q", name)
	}
}

func TestNothingIsTracedByDefault(t *testing.T) {
	traces, stop, err := tracer(t.Context(), "")
	if traces != nil || err != nil || stop(t.Context()) != nil {
		t.Errorf("%v, %v", traces, err)
	}
}
