package node

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
)

// guardedStream checks each request as it comes in.
type guardedStream struct {
	grpc.ServerStream
	access *access
	caller caller
	drains bool // the client sends everything before it listens
}

type guardKey struct{}

// Context holds the guard, for permitted.
func (s *guardedStream) Context() context.Context {
	return context.WithValue(s.ServerStream.Context(), guardKey{}, s)
}

// permitted checks a part of a batch, whose refusal is one answer among those
// to others and does not end the call.
func permitted(ctx context.Context, req *streams.BatchAppendReq) error {
	guard, guarded := ctx.Value(guardKey{}).(*guardedStream)
	if !guarded {
		return nil
	}
	return guard.access.check(ctx, guard.caller, req)
}

// RecvMsg refuses a request that the caller has no right to.
func (s *guardedStream) RecvMsg(m any) error {
	if err := s.ServerStream.RecvMsg(m); err != nil {
		return err
	}
	if _, alone := m.(*streams.BatchAppendReq); alone {
		return nil // see permitted
	}
	err := s.access.check(s.Context(), s.caller, m)
	if err != nil && s.drains {
		s.drain(new(streams.AppendReq))
	}
	return err
}

// refuse answers a call that was not let in.
func (s *guardedStream) refuse(err error, info *grpc.StreamServerInfo) error {
	if s.drains && info.FullMethod == streams.Streams_Append_FullMethodName {
		s.drain(new(streams.AppendReq))
	}
	return err
}

// drain takes the rest in: a client that is still sending would see no more
// than a broken stream instead of the refusal.
func (s *guardedStream) drain(m any) {
	for s.ServerStream.RecvMsg(m) == nil {
	}
}

// subject is the stream that a request is about and the right it takes; about
// is false for one that needs none, such as an event of an append.
func subject(req any) (stream, right string, about bool) {
	switch r := req.(type) {
	case *streams.ReadReq:
		if o := r.GetOptions(); o.GetStream() != nil {
			return string(o.GetStream().GetStreamIdentifier().GetStreamName()), "$r", true
		}
		return "$all", "$r", true
	case *streams.AppendReq:
		o := r.GetOptions()
		return string(o.GetStreamIdentifier().GetStreamName()), "$w", o != nil
	case *streams.BatchAppendReq:
		o := r.GetOptions()
		return string(o.GetStreamIdentifier().GetStreamName()), "$w", o != nil
	case *streams.DeleteReq:
		return string(r.GetOptions().GetStreamIdentifier().GetStreamName()), "$d", true
	case *streams.TombstoneReq:
		return string(r.GetOptions().GetStreamIdentifier().GetStreamName()), "$d", true
	case *persistent.ReadReq:
		o := r.GetOptions()
		if o.GetAll() != nil {
			return "$all", "$r", true
		}
		return string(o.GetStreamIdentifier().GetStreamName()), "$r", o != nil
	}
	return "", "", false
}

func isRead(req any) bool {
	switch req.(type) {
	case *streams.ReadReq, *persistent.ReadReq:
		return true
	}
	return false
}
