package conformance

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// batches is one call of BatchAppend. The client has none, so that it goes
// through the generated stub on a connection of its own.
type batches struct {
	t    *testing.T
	call streams.Streams_BatchAppendClient
}

func dialBatches(t *testing.T) *batches {
	t.Helper()
	config, err := esdb.ParseConnectionString(*server)
	if err != nil {
		t.Fatal(err)
	}
	address := config.Address
	if address == "" { // any node of a cluster passes writes on to its leader
		address = fmt.Sprintf("%s:%d", config.GossipSeeds[0].Host, config.GossipSeeds[0].Port)
	}
	transport := insecure.NewCredentials()
	if !config.DisableTLS {
		transport = credentials.NewTLS(&tls.Config{InsecureSkipVerify: config.SkipCertificateVerification, RootCAs: config.RootCAs}) //nolint:gosec // as the connection string says
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(transport))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	if config.Username != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization",
			"Basic "+base64.StdEncoding.EncodeToString([]byte(config.Username+":"+config.Password)))
	}
	call, err := streams.NewStreamsClient(conn).BatchAppend(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return &batches{t, call}
}

func wireID(id uuid.UUID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_String_{String_: id.String()}}
}

// to is the options of a batch; expected is a revision, or -1 for no stream.
func to(stream string, expected int) *streams.BatchAppendReq_Options {
	o := &streams.BatchAppendReq_Options{
		StreamIdentifier:       &shared.StreamIdentifier{StreamName: []byte(stream)},
		ExpectedStreamPosition: &streams.BatchAppendReq_Options_NoStream{NoStream: &emptypb.Empty{}},
	}
	if expected >= 0 {
		o.ExpectedStreamPosition = &streams.BatchAppendReq_Options_StreamPosition{StreamPosition: uint64(expected)}
	}
	return o
}

// send sends a part of the batch with that id; the first one has options.
func (b *batches) send(id uuid.UUID, o *streams.BatchAppendReq_Options, final bool, list ...esdb.EventData) {
	b.t.Helper()
	req := &streams.BatchAppendReq{CorrelationId: wireID(id), Options: o, IsFinal: final}
	for _, e := range list {
		req.ProposedMessages = append(req.ProposedMessages, &streams.BatchAppendReq_ProposedMessage{
			Id: wireID(e.EventID), Data: e.Data, CustomMetadata: e.Metadata,
			Metadata: map[string]string{"type": e.EventType, "content-type": "application/json"},
		})
	}
	if err := b.call.Send(req); err != nil {
		b.t.Fatal(err)
	}
}

// answer is the next answer and the id of the batch that it is for.
func (b *batches) answer() (uuid.UUID, *streams.BatchAppendResp) {
	b.t.Helper()
	resp, err := b.call.Recv()
	if err != nil {
		b.t.Fatal(err)
	}
	if s := resp.GetCorrelationId().GetStructured(); s != nil {
		b.t.Fatal("the id comes back in another form")
	}
	id, err := uuid.Parse(resp.GetCorrelationId().GetString_())
	if err != nil {
		b.t.Fatal(err)
	}
	return id, resp
}

// append sends a whole batch and waits for its answer.
func (b *batches) append(o *streams.BatchAppendReq_Options, list ...esdb.EventData) *streams.BatchAppendResp {
	b.t.Helper()
	sent := uuid.New()
	b.send(sent, o, true, list...)
	id, resp := b.answer()
	if id != sent {
		b.t.Fatalf("answer for %s, want %s", id, sent)
	}
	return resp
}

// refused checks that a batch was refused with a detail, which it fills in.
func (b *batches) refused(resp *streams.BatchAppendResp, detail proto.Message) {
	b.t.Helper()
	details := resp.GetError().GetDetails()
	if len(details) != 1 {
		b.t.Fatalf("%v, want an error with one detail", resp)
	}
	if err := details[0].UnmarshalTo(detail); err != nil {
		b.t.Fatal(err)
	}
}

func TestRow17ABatchIsAppendedOnceHoweverOftenItIsSent(t *testing.T) {
	c, b := connect(t), dialBatches(t)
	stream, list := newStream("batch"), events(3)
	first := b.append(to(stream, -1), list...)
	if first.GetSuccess() == nil || first.GetSuccess().GetCurrentRevision() != 2 {
		t.Fatalf("%v, want revision 2", first)
	}
	again := b.append(to(stream, -1), list...)
	if diff := gocmp.Diff(first.GetSuccess(), again.GetSuccess(), protocmp.Transform()); diff != "" {
		t.Error(diff)
	}
	got, err := read(t, c, stream, esdb.ReadStreamOptions{}, 10)
	if err != nil || len(got) != len(list) {
		t.Fatalf("%d events, %v", len(got), err)
	}
	for i, e := range got {
		if e.Event.EventID != list[i].EventID || e.Event.EventType != list[i].EventType || string(e.Event.UserMetadata) != string(list[i].Metadata) {
			t.Errorf("%+v, want %+v", e.Event, list[i])
		}
	}
	if at := first.GetSuccess().GetPosition().GetCommitPosition(); at != got[2].Event.Position.Commit {
		t.Errorf("position %d, want %d", at, got[2].Event.Position.Commit)
	}
}

func TestRow17ABatchAtAWrongRevisionIsRefusedWithTheRightOne(t *testing.T) {
	c, b := connect(t), dialBatches(t)
	stream, absent := filled(t, c, 2), newStream("absent")
	noStream := &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &emptypb.Empty{}}
	for _, test := range []struct {
		stream   string
		expected int
		want     *shared.WrongExpectedVersion
	}{
		{stream, -1, &shared.WrongExpectedVersion{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 1},
			ExpectedStreamPositionOption: noStream,
		}},
		{stream, 5, &shared.WrongExpectedVersion{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: 1},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: 5},
		}},
		{absent, 0, &shared.WrongExpectedVersion{
			CurrentStreamRevisionOption:  &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &emptypb.Empty{}},
			ExpectedStreamPositionOption: &shared.WrongExpectedVersion_ExpectedStreamPosition{},
		}},
	} {
		got := &shared.WrongExpectedVersion{}
		b.refused(b.append(to(test.stream, test.expected), events(1)...), got)
		if diff := gocmp.Diff(test.want, got, protocmp.Transform()); diff != "" {
			t.Errorf("%s at %d: %s", test.stream, test.expected, diff)
		}
	}
	if diff := gocmp.Diff(span(0, 1), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
		t.Error(diff)
	}
}

func TestRow17ABatchToATombstonedStreamIsRefusedAsSuch(t *testing.T) {
	c, b := connect(t), dialBatches(t)
	stream := filled(t, c, 1)
	if _, err := c.TombstoneStream(t.Context(), stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Revision(0)}); err != nil {
		t.Fatal(err)
	}
	got := &shared.StreamDeleted{}
	b.refused(b.append(to(stream, 0), events(1)...), got)
	if name := string(got.GetStreamIdentifier().GetStreamName()); name != stream {
		t.Errorf("%q is deleted, want %q", name, stream)
	}
}

// A deadline is a time in newer clients and a length in older ones.
func TestRow17ABatchHasADeadline(t *testing.T) {
	for name, test := range map[string]struct {
		over, ahead func(*streams.BatchAppendReq_Options)
	}{
		"time": {
			func(o *streams.BatchAppendReq_Options) { o.DeadlineOption = at(time.Now().Add(-time.Hour)) },
			func(o *streams.BatchAppendReq_Options) { o.DeadlineOption = at(time.Now().Add(time.Hour)) },
		},
		"length": {
			func(o *streams.BatchAppendReq_Options) { o.DeadlineOption = after(0) },
			func(o *streams.BatchAppendReq_Options) { o.DeadlineOption = after(time.Hour) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := dialBatches(t)
			late, timely := to(newStream("late"), -1), to(newStream("timely"), -1)
			test.over(late)
			test.ahead(timely)
			b.refused(b.append(late, events(1)...), &shared.Timeout{})
			if resp := b.append(timely, events(1)...); resp.GetSuccess() == nil {
				t.Errorf("%v, want success", resp)
			}
		})
	}
}

func at(when time.Time) *streams.BatchAppendReq_Options_Deadline_21_10_0 {
	return &streams.BatchAppendReq_Options_Deadline_21_10_0{Deadline_21_10_0: timestamppb.New(when)}
}

func after(d time.Duration) *streams.BatchAppendReq_Options_Deadline {
	return &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(d)}
}

// Batches come in parts between those of others, and are answered in any order.
func TestRow17ManyBatchesAreUnderWayAtOnce(t *testing.T) {
	c, b := connect(t), dialBatches(t)
	const n = 50
	list := map[uuid.UUID]string{}
	var order []uuid.UUID
	for range n {
		id, stream := uuid.New(), newStream("many")
		list[id], order = stream, append(order, id)
		b.send(id, to(stream, -1), false, events(1)...)
	}
	for _, id := range order {
		b.send(id, nil, false, events(1)...)
	}
	for _, id := range order {
		b.send(id, nil, true, events(1)...)
	}
	positions := map[uint64]bool{}
	for range n {
		id, resp := b.answer()
		stream := list[id]
		delete(list, id)
		if resp.GetSuccess().GetCurrentRevision() != 2 || string(resp.GetStreamIdentifier().GetStreamName()) != stream {
			t.Fatalf("%q: %v", stream, resp)
		}
		positions[resp.GetSuccess().GetPosition().GetCommitPosition()] = true
		if diff := gocmp.Diff(span(0, 2), revisions(t, c, stream, esdb.ReadStreamOptions{}, 10)); diff != "" {
			t.Error(diff)
		}
	}
	if len(positions) != n {
		t.Errorf("%d batches have %d positions", n, len(positions))
	}
}
