package main_test

import (
	"context"
	"net"
	"net/http"
	"testing"

	aftersales "aftersales/cmd/aftersales"
)

// A client that does not let its request end is cut after the time of grace, and
// that is no error.
func TestARequestThatDoesNotEndIsCutAtTheEnd(t *testing.T) {
	ctx := within(t)
	stopping, stop := context.WithCancel(ctx)
	background, stopped := context.WithCancel(ctx)
	reached, cut := make(chan struct{}), make(chan struct{})
	server := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(reached)
		<-r.Context().Done()
		close(cut)
	})}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- aftersales.ServeHTTP(stopping, background, stopped, listener, server, 0) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if answer, err := http.DefaultClient.Do(request); err == nil {
			t.Errorf("answered %d", answer.StatusCode)
			_ = answer.Body.Close()
		}
	}()
	<-reached
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	<-cut
	if background.Err() == nil {
		t.Error("the rest was not stopped")
	}
}
