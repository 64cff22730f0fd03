package http_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// unlimited takes the commands' time limit away from reads of the log.
type unlimited struct {
	eventstore.Store
	expired *atomic.Bool
}

func (u unlimited) ReadStream(ctx context.Context, stream string, from uint64) iter.Seq2[eventstore.Recorded, error] {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), eventstoretest.Patience)
	return func(yield func(eventstore.Recorded, error) bool) {
		defer cancel()
		for r, err := range u.Store.ReadStream(ctx, stream, from) {
			if errors.Is(err, context.DeadlineExceeded) {
				u.expired.Store(true)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// The answer comes because the event store is known to be away, not because
// time is up.
func TestACommandIsRefusedWithoutWaitingForItsTimeLimitWhileTheEventStoreIsDown(t *testing.T) {
	t.Parallel()
	var expired atomic.Bool
	s := newService(t, func(s *service) {
		s.store = func(store eventstore.Store) eventstore.Store { return unlimited{store, &expired} }
	})
	body := m{"name": "Customer A"}
	s.env.StopNode(t)
	begun := time.Now()
	refused := s.send(http.MethodPost, "/v1/customers", body, key("k"))
	refused.refused(http.StatusServiceUnavailable, "unavailable")
	if refused.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	if expired.Load() {
		t.Errorf("the answer came with the end of the time limit, after %s", time.Since(begun))
	}
	s.env.StartNode(t)
	s.post("/v1/customers", body, key("k"))
}
