package eventstore_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aftersales/eventstore"
)

// script is a server that gives answers which the node never gives but
// EventStoreDB may: one function per append, one for all reads.
type script struct {
	streams.UnimplementedStreamsServer
	appends  chan func() (*streams.AppendResp, error)
	received chan []*streams.AppendReq
	read     func(*streams.ReadReq, streams.Streams_ReadServer) error
	hasty    atomic.Int32 // so many appends fail before they are read
}

// scripted serves s and returns a client of it.
func scripted(t *testing.T, s *script) *eventstore.Client {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	streams.RegisterStreamsServer(server, s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return dial(t, "esdb://"+listener.Addr().String()+"?tls=false")
}

func (s *script) Append(stream streams.Streams_AppendServer) error {
	if s.hasty.Add(-1) >= 0 {
		return status.Error(codes.Unavailable, "not ready")
	}
	var requests []*streams.AppendReq
	for {
		req, err := stream.Recv()
		if err != nil {
			break
		}
		requests = append(requests, req)
	}
	s.received <- requests
	select {
	case answer := <-s.appends:
		resp, err := answer()
		if err != nil {
			return err
		}
		return stream.SendAndClose(resp)
	case <-stream.Context().Done():
		return context.Cause(stream.Context())
	}
}

func (s *script) Read(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
	if s.read == nil {
		return nil
	}
	return s.read(req, stream)
}

// onSubscribe sends messages to a subscription, which then stays open.
func onSubscribe(messages ...*streams.ReadResp) func(*streams.ReadReq, streams.Streams_ReadServer) error {
	return func(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
		if req.GetOptions().GetSubscription() == nil {
			return nil
		}
		confirmation := &streams.ReadResp{Content: &streams.ReadResp_Confirmation{Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: "s"}}}
		for _, m := range append([]*streams.ReadResp{confirmation}, messages...) {
			if err := stream.Send(m); err != nil {
				return err
			}
		}
		<-stream.Context().Done()
		return context.Cause(stream.Context())
	}
}

func eventAt(position uint64, name, kind string) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id:               &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}},
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)},
			CommitPosition:   position, PreparePosition: position,
			Metadata: map[string]string{"type": kind, "created": "1", "content-type": "application/json"},
		},
	}}}
}

func checkpointAt(commit, prepare uint64) *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: commit, PreparePosition: prepare}}}
}

func caughtUp() *streams.ReadResp {
	return &streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}
}
