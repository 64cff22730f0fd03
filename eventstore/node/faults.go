package node

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

// Faults make a node do what a cluster does to its clients now and then, so that
// tests need not wait for it. The zero value has no faults. Its methods may be
// called at any time, from many goroutines.
type Faults struct {
	// GoAway, if not 0, is the age at which the node sends a connection away:
	// calls on it may take as long again. It counts for nodes opened later.
	GoAway time.Duration

	refused atomic.Int64 // calls still to be refused; below 0 for none, too
	aborted atomic.Int64 // appends still to be answered Aborted
	cut     atomic.Int64 // messages after which a read ends, 0 for none
	held    atomic.Value // a chan struct{} that is closed when appends are to be answered again
	leader  atomic.Value // a string
}

// Refuse makes the node answer the next calls, of any service, Unavailable.
func (f *Faults) Refuse(calls int) { f.refused.Store(int64(calls)) }

// Abort makes the node carry out the next appends and answer Aborted.
func (f *Faults) Abort(appends int) { f.aborted.Store(int64(appends)) }

// Cut ends reads and subscriptions that begin from now on with Unavailable,
// each after so many messages; 0 lets them run.
func (f *Faults) Cut(messages int) { f.cut.Store(int64(messages)) }

// Hold keeps back the answers of appends, which are carried out, until the
// function that it returns is called.
func (f *Faults) Hold() (release func()) {
	held := make(chan struct{})
	f.held.Store(held)
	return sync.OnceFunc(func() { close(held) })
}

// Demote makes the node a follower, as OpenFollower has them, of the leader at
// that host and port; "" makes it the leader again.
func (f *Faults) Demote(leader string) { f.leader.Store(leader) }

// options of a server with these faults.
func (f *Faults) options() []grpc.ServerOption {
	options := []grpc.ServerOption{grpc.ChainUnaryInterceptor(f.unary), grpc.ChainStreamInterceptor(f.stream)}
	if f.GoAway != 0 {
		options = append(options, grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionAge: f.GoAway, MaxConnectionAgeGrace: f.GoAway,
		}))
	}
	return options
}

func (f *Faults) unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if err := f.refuse(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	return handle(ctx, req)
}

func (f *Faults) stream(srv any, s grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if err := f.refuse(s.Context(), info.FullMethod); err != nil {
		return err
	}
	left := f.cut.Load()
	switch {
	case info.FullMethod == streams.Streams_Append_FullMethodName:
		s = &faultyAppend{s, f}
	case left > 0 && info.FullMethod != streams.Streams_BatchAppend_FullMethodName:
		s = &cutRead{s, left}
	}
	return handle(srv, s)
}

// refuse is nil for a call that may go on.
func (f *Faults) refuse(ctx context.Context, method string) error {
	if f.refused.Add(-1) >= 0 {
		return status.Error(codes.Unavailable, "fault: refused")
	}
	if leader, _ := f.leader.Load().(string); leader != "" && leads(method) {
		return notLeader(ctx, leader)
	}
	return nil
}

// faultyAppend answers late, or not as it should.
type faultyAppend struct {
	grpc.ServerStream
	*Faults
}

// SendMsg is the answer to an append that was carried out.
func (a *faultyAppend) SendMsg(m any) error {
	abort := a.aborted.Add(-1) >= 0
	if held, _ := a.held.Load().(chan struct{}); held != nil {
		select {
		case <-held:
		case <-a.Context().Done():
			return status.FromContextError(a.Context().Err()).Err()
		}
	}
	if abort {
		return status.Error(codes.Aborted, "fault: operation timed out")
	}
	return a.ServerStream.SendMsg(m)
}

// cutRead ends after so many messages.
type cutRead struct {
	grpc.ServerStream
	left int64
}

// SendMsg is called by one goroutine, as the interface demands.
func (c *cutRead) SendMsg(m any) error {
	if c.left == 0 {
		return status.Error(codes.Unavailable, "fault: cut")
	}
	c.left--
	return c.ServerStream.SendMsg(m)
}
