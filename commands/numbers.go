package commands

import (
	"context"
	"errors"
	"sync"

	"github.com/google/uuid"

	"aftersales/aggregates"
	"aftersales/aggregates/sequence"
	"aftersales/eventstore"
)

// numbers allots document numbers without gaps: a number is the revision of
// the event that allots it, and a document gets one number, however often and
// by however many processes it is asked for.
type numbers struct {
	s      *Service
	mu     sync.Mutex
	series map[string]*allotments
}

// allotments is a series as far as it was read. Its lock is a channel so that
// waiting for it ends with the context.
type allotments struct {
	lock chan struct{}
	of   map[uuid.UUID]uint64 // document to the revision that is its number
}

func newNumbers(s *Service) *numbers {
	return &numbers{s: s, series: map[string]*allotments{}}
}

// allot answers the number in the series of a document that lives in the stream
// home, allotting the next one when it has none yet. A number that a document
// brought from outside is allotted to that document and passed over.
func (n *numbers) allot(ctx context.Context, x *execution, series sequence.Series, kind string, document uuid.UUID, home string) (string, error) {
	a := n.get(series.Stream())
	select {
	case a.lock <- struct{}{}:
		defer func() { <-a.lock }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	for conflicts := 0; conflicts < attempts; {
		if err := n.refresh(ctx, series.Stream(), a); err != nil {
			return "", err
		}
		if revision, has := a.of[document]; has {
			return series.Number(revision), nil
		}
		next := uint64(len(a.of))
		holder, of, err := n.holder(ctx, x, series.Number(next), kind, document, home)
		if err == nil {
			err = n.append(ctx, x, series, of, holder, next)
		}
		if _, ok := errors.AsType[*eventstore.Conflict](err); ok || refusedWith(err, "contended") {
			err = pause(ctx, conflicts)
			conflicts++
		}
		if err != nil {
			return "", err
		}
	}
	return "", aggregates.Refuse("contended")
}

// fromOutside are the kinds of documents that may bring a number of their own,
// or have one that another may bring.
var fromOutside = map[string]bool{"invoice": true, "credit_note": true, "delivery": true, "ticket": true}

// holder claims the number for the document and answers whose it is, and of what
// kind. A credit note claims in its own name: its home is an invoice's, which may
// have brought the number.
func (n *numbers) holder(ctx context.Context, x *execution, number, kind string, document uuid.UUID, home string) (uuid.UUID, string, error) {
	if !fromOutside[kind] {
		return document, kind, nil
	}
	if kind == "credit_note" {
		home = aggregates.StreamOf(kind, document.String())
	}
	holder, err := x.claim(ctx, numberOf(kind), number, home)
	if err != nil || holder == home {
		return document, kind, err
	}
	category, key := aggregates.SplitStream(holder)
	if fromOutside[category] {
		kind = category
	}
	id, err := uuid.Parse(key)
	return id, kind, err
}

func (n *numbers) append(ctx context.Context, x *execution, series sequence.Series, kind string, document uuid.UUID, revision uint64) error {
	id := aggregates.DeriveID("number", series.Stream(), document.String())
	e := sequence.Allotted{Document: document, Kind: kind, Number: series.Number(revision)}
	proposed, err := n.s.Codec.Encode(id, e, x.metadata())
	if err != nil {
		return err
	}
	expected := eventstore.NoStream()
	if revision > 0 {
		expected = eventstore.At(revision - 1)
	}
	appended, err := n.s.Store.Append(ctx, series.Stream(), expected, []eventstore.Proposed{proposed})
	if err != nil {
		return err
	}
	x.position = max(x.position, appended.Position)
	return nil
}

func (n *numbers) get(stream string) *allotments {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.series[stream] == nil {
		n.series[stream] = &allotments{lock: make(chan struct{}, 1), of: map[uuid.UUID]uint64{}}
	}
	return n.series[stream]
}

// refresh reads the allotments after those known. Every event of the stream
// allots, so their number is the next revision.
func (n *numbers) refresh(ctx context.Context, stream string, a *allotments) error {
	for r, err := range n.s.Store.ReadStream(ctx, stream, uint64(len(a.of))) {
		if err != nil {
			return err
		}
		e, err := n.s.Codec.Decode(r)
		if err != nil {
			return err
		}
		if allotted, ok := e.Event.(sequence.Allotted); ok {
			a.of[allotted.Document] = r.Revision
		}
	}
	return nil
}
