package node

import (
	"context"
	"errors"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"aftersales/eventstore/node/engine"
)

// Read implements the protocol: a stream or the whole log, so many events from
// somewhere or a subscription.
func (s *streamsService) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	options := req.GetOptions()
	r := &reader{
		Streams_ReadServer: stream, engine: s.engine,
		resolve:  options.GetResolveLinks(),
		ofAll:    options.GetAll() != nil,
		uuidText: options.GetUuidOption().GetString_() != nil,
	}
	var err error
	switch {
	case options.GetStream() != nil && options.GetSubscription() != nil:
		err = r.subscribeStream(options)
	case options.GetStream() != nil:
		err = r.readStream(options)
	case options.GetAll() != nil && options.GetSubscription() != nil:
		err = r.subscribeAll(options)
	case options.GetAll() != nil:
		err = r.readAll(options)
	default:
		err = invalid("read of neither a stream nor $all")
	}
	return wireError(stream.Context(), err)
}

// reader answers one Read.
type reader struct {
	streams.Streams_ReadServer
	engine   *engine.Engine
	resolve  bool // follow links
	ofAll    bool // of the whole log, not of a stream
	uuidText bool // the client wants ids as text
}

func backwards(o *streams.ReadReq_Options) bool {
	return o.GetReadDirection() == streams.ReadReq_Options_Backwards
}

// readStream answers an absent stream with a message of its own, not an error.
func (r *reader) readStream(o *streams.ReadReq_Options) error {
	name, err := streamName(o.GetStream().GetStreamIdentifier())
	if err != nil {
		return err
	}
	err = r.sendAll(r.engine.ReadStream(r.Context(), name, revision(o.GetStream()), backwards(o), o.GetCount()))
	if !errors.Is(err, engine.ErrNotFound) {
		return err
	}
	return r.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
		StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: streamToWire(name)},
	}})
}

// readAll never fails for want of events: an empty log is an empty answer. It
// must not send the log's first and last position, which newer clients ask for
// and this one cannot read.
func (r *reader) readAll(o *streams.ReadReq_Options) error {
	f, err := filter(o.GetFilter())
	if err != nil {
		return err
	}
	return r.sendAll(r.engine.ReadAll(r.Context(), position(o.GetAll()), backwards(o), o.GetCount(), f.Match))
}

func (r *reader) sendAll(events iter.Seq2[*engine.Event, error]) error {
	for e, err := range events {
		if err != nil {
			return err
		}
		if err := r.sendEvent(e); err != nil {
			return err
		}
	}
	return nil
}

// sendEvent sends an event, or the one that it links to together with the link;
// the position is always that of the event that was read.
func (r *reader) sendEvent(e *engine.Event) error {
	out := &streams.ReadResp_ReadEvent{
		Event:    eventToWire(e, r.uuidText),
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: uint64(e.Position)},
	}
	if r.resolve && e.Type == engine.TypeLink {
		target, err := linked(r.Context(), r.engine, e)
		if err != nil {
			return err
		}
		out.Link, out.Event = out.Event, eventToWire(target, r.uuidText)
	}
	return r.Send(&streams.ReadResp{Content: &streams.ReadResp_Event{Event: out}})
}

// linked is the event that a link's data, revision@stream, names; nil if there
// is none any more.
func linked(ctx context.Context, eng *engine.Engine, link *engine.Event) (*engine.Event, error) {
	number, stream, _ := strings.Cut(string(link.Data), "@")
	rev, err := strconv.ParseInt(number, 10, 64)
	if err != nil || text("link", stream) != nil {
		return nil, nil
	}
	return eng.Event(ctx, stream, rev)
}

// subscribeStream starts behind a revision, so Start is not revision 0 here.
func (r *reader) subscribeStream(o *streams.ReadReq_Options) error {
	name, err := streamName(o.GetStream().GetStreamIdentifier())
	if err != nil {
		return err
	}
	after := engine.NoRevision
	if o.GetStream().GetStart() == nil {
		after = revision(o.GetStream())
	}
	signals, err := r.engine.SubscribeStream(r.Context(), name, after)
	if err != nil {
		return err
	}
	return r.follow(signals)
}

// subscribeAll starts behind a position. No event has position 0, so that Start
// needs no case of its own.
func (r *reader) subscribeAll(o *streams.ReadReq_Options) error {
	f, err := filter(o.GetFilter())
	if err != nil {
		return err
	}
	// The end is fixed before the confirmation: what is appended after it is new.
	return r.follow(r.engine.SubscribeAll(r.Context(), position(o.GetAll()), f))
}

// follow confirms a subscription and sends what it tells until it ends.
func (r *reader) follow(signals iter.Seq2[engine.Signal, error]) error {
	err := r.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()},
	}})
	if err != nil {
		return err
	}
	for signal, err := range signals {
		if err != nil {
			return err
		}
		if err := r.sendSignal(signal); err != nil {
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
		return r.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: caughtUpToWire(s.At, r.ofAll, time.Now())}})
	}
	return r.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{
		CommitPosition: uint64(s.Checkpoint), PreparePosition: uint64(s.Checkpoint),
	}}})
}
