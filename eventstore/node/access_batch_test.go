package node

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/emptypb"
)

// One call carries batches to many streams: one that is not allowed is answered
// so, without an end to the others, and nothing of it is stored.
func TestABatchThatIsNotAllowedIsRefusedByItself(t *testing.T) {
	n, _ := secured(t)
	conn, err := grpc.NewClient(n.listener.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true})))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("app:p-word")))
	call, err := streams.NewStreamsClient(conn).BatchAppend(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		stream string
		want   codes.Code
	}{{"$ours", codes.PermissionDenied}, {"theirs", codes.OK}, {"$$$ours", codes.PermissionDenied}} {
		for part := range 2 { // the rest of what is refused is taken in
			req := &streams.BatchAppendReq{
				CorrelationId: uuidToWire(uuid.NewSHA1(uuid.Nil, []byte(test.stream)), true), IsFinal: part == 1,
				ProposedMessages: []*streams.BatchAppendReq_ProposedMessage{{
					Id: uuidToWire(uuid.New(), true), Data: []byte(`{}`),
					Metadata: map[string]string{"type": "tested", "content-type": "application/json"},
				}},
			}
			if part == 0 {
				req.Options = &streams.BatchAppendReq_Options{
					StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(test.stream)},
					ExpectedStreamPosition: &streams.BatchAppendReq_Options_Any{Any: &emptypb.Empty{}},
				}
			}
			if err := call.Send(req); err != nil {
				t.Fatal(err)
			}
		}
		resp, err := call.Recv()
		if err != nil {
			t.Fatalf("%s: %v", test.stream, err)
		}
		if got := codes.Code(resp.GetError().GetCode()); got != test.want {
			t.Errorf("%s: %v, want %s", test.stream, resp, test.want)
		}
		if test.want != codes.OK && (len(resp.GetError().GetDetails()) != 1 || !resp.GetError().GetDetails()[0].MessageIs(&shared.AccessDenied{})) {
			t.Errorf("%s: details %v", test.stream, resp.GetError().GetDetails())
		}
		if revision := resp.GetSuccess().GetCurrentRevision(); test.want == codes.OK && revision != 1 {
			t.Errorf("%s: revision %d, want 1", test.stream, revision)
		}
	}
	for e, err := range n.engine.ReadAll(ctx, 0, false, 10, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Stream != "theirs" {
			t.Errorf("%s has an event", e.Stream)
		}
	}
}
