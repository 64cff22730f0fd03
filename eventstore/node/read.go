package node

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
)

// Read implements the protocol: a stream or the whole log, so many events from
// somewhere or a subscription.
func (s *streamsService) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	o := req.GetOptions()
	r := &reader{
		Streams_ReadServer: stream, engine: s.engine, source: engine.All,
		resolve:  o.GetResolveLinks(),
		uuidText: o.GetUuidOption().GetString_() != nil,
	}
	var err error
	switch {
	case o.GetStream() != nil:
		r.source, err = streamName(o.GetStream().GetStreamIdentifier())
	case o.GetAll() == nil:
		err = invalid("read of neither a stream nor $all")
	}
	if err == nil {
		err = permitted(stream.Context(), r.source, rightRead)
	}
	switch {
	case err != nil:
	case o.GetSubscription() != nil:
		err = r.subscribe(o)
	default:
		err = r.read(o)
	}
	return wireError(stream.Context(), err)
}

// reader answers one Read.
type reader struct {
	streams.Streams_ReadServer
	engine   *engine.Engine
	source   string // a stream or engine.All
	resolve  bool   // follow links
	uuidText bool   // the client wants ids as text
}

// read answers an absent stream with a message of its own, not an error. It
// must not send the log's first and last position, which newer clients ask for
// and this one cannot read.
func (r *reader) read(o *streams.ReadReq_Options) error {
	backwards := o.GetReadDirection() == streams.ReadReq_Options_Backwards
	var events iter.Seq2[*engine.Event, error]
	if r.source == engine.All {
		match, _, err := readFilter(o.GetFilter())
		if err != nil {
			return err
		}
		events = r.engine.ReadAll(r.Context(), begin(o, 0), backwards, o.GetCount(), match)
	} else {
		events = r.engine.ReadStream(r.Context(), r.source, begin(o, 0), backwards, o.GetCount())
	}
	for e, err := range events {
		if errors.Is(err, engine.ErrNotFound) {
			return r.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
				StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: streamToWire(r.source)},
			}})
		}
		if err == nil {
			err = r.sendEvent(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// begin reads where in a stream or in the log to begin.
func begin(o *streams.ReadReq_Options, start int64) int64 {
	switch {
	case o.GetStream().GetEnd() != nil, o.GetAll().GetEnd() != nil:
		return engine.End
	case o.GetStream().GetStart() != nil, o.GetAll().GetStart() != nil:
		return start
	case o.GetStream() != nil:
		return clamp(o.GetStream().GetRevision())
	}
	return clamp(o.GetAll().GetPosition().GetCommitPosition())
}

// subscribe starts behind a revision or a position, of which Start is neither.
// The end is fixed before the confirmation: what is appended after it is new.
func (r *reader) subscribe(o *streams.ReadReq_Options) error {
	match, interval, err := readFilter(o.GetFilter())
	if err != nil {
		return err
	}
	after := begin(o, engine.NoRevision)
	if after == engine.End {
		if after, err = r.engine.Last(r.Context(), r.source); err != nil {
			return err
		}
	}
	err = r.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()},
	}})
	if err != nil {
		return err
	}
	for signal, err := range r.engine.Subscribe(r.Context(), r.source, after, match, interval) {
		if err == nil {
			err = r.sendSignal(signal)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) sendSignal(s engine.Signal) error {
	switch {
	case s.Event != nil:
		return r.sendEvent(s.Event)
	case s.CaughtUp:
		caughtUp := caughtUpToWire(s.At, r.source == engine.All, time.Now())
		return r.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: caughtUp}})
	}
	return r.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{
		CommitPosition: uint64(s.At), PreparePosition: uint64(s.At),
	}}})
}

// sendEvent sends an event, or the one that it links to together with the link;
// the position is always that of the event that was read.
func (r *reader) sendEvent(e *engine.Event) error {
	event, link, err := resolved(r.Context(), r.engine, e, r.resolve)
	if err != nil {
		return err
	}
	return r.Send(&streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: eventToWire(event, r.uuidText), Link: eventToWire(link, r.uuidText),
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: uint64(e.Position)},
	}}})
}

// resolved is what to show of an event that was read: itself, or if links are to
// be followed the one that it links to, nil if there is none any more, and the
// link.
func resolved(ctx context.Context, eng *engine.Engine, e *engine.Event, resolve bool) (event, link *engine.Event, err error) {
	if !resolve || e.Type != engine.TypeLink {
		return e, nil, nil
	}
	if stream, revision, ok := e.Link(); ok && text("link", stream) == nil {
		event, err = eng.Event(ctx, stream, revision)
	}
	return event, e, err
}
