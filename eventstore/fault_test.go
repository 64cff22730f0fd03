package eventstore_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/testing/protocmp"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

func failsWith(code codes.Code, text string) func() (*streams.AppendResp, error) {
	return func() (*streams.AppendResp, error) { return nil, status.Error(code, text) }
}

func TestAnAppendIsRepeatedUnchangedUntilItsOutcomeIsKnown(t *testing.T) {
	t.Parallel()
	s := &script{
		appends: make(chan func() (*streams.AppendResp, error), 4), received: make(chan []*streams.AppendReq, 4),
		read: func(req *streams.ReadReq, stream streams.Streams_ReadServer) error {
			if req.GetOptions().GetStream().GetRevision() != 8 {
				return nil
			}
			return stream.Send(eventAt(640, "test-1", "tested"))
		},
	}
	s.appends <- failsWith(codes.Aborted, "timeout")
	s.appends <- failsWith(codes.Unavailable, "not ready")
	s.appends <- failsWith(codes.DeadlineExceeded, "too late")
	// A repeat may be answered without the position.
	s.appends <- func() (*streams.AppendResp, error) {
		return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
			CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: 8},
			PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
		}}}, nil
	}
	got := eventstoretest.Append(t, scripted(t, s), "test-1", eventstore.At(6), eventstoretest.Events(2)...)
	if want := (eventstore.Appended{Revision: 8, Position: 640}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	first := <-s.received
	for range 3 {
		if diff := cmp.Diff(first, <-s.received, protocmp.Transform()); diff != "" || len(first) != 3 {
			t.Errorf("the repeat differs (-first +repeat):\n%s", diff)
		}
	}
}

func TestAnAppendThatFailsWhileItIsStillBeingSentIsRepeated(t *testing.T) {
	t.Parallel()
	s := &script{appends: make(chan func() (*streams.AppendResp, error), 1), received: make(chan []*streams.AppendReq, 1)}
	s.hasty.Store(2)
	s.appends <- func() (*streams.AppendResp, error) {
		return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: &streams.AppendResp_Success{
			CurrentRevisionOption: &streams.AppendResp_Success_CurrentRevision{CurrentRevision: 8},
			PositionOption:        &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{CommitPosition: 640, PreparePosition: 640}},
		}}}, nil
	}
	events := eventstoretest.Events(9)
	for i := range events {
		events[i].Data = bytes.Repeat([]byte{' '}, 100_000) // together more than is sent unasked
	}
	got := eventstoretest.Append(t, scripted(t, s), "test-1", eventstore.NoStream(), events...)
	if want := (eventstore.Appended{Revision: 8, Position: 640}); got != want || len(<-s.received) != 10 {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAnAppendThatTheServerRefusesIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answer func() (*streams.AppendResp, error)
		want   error
	}{
		{failsWith(codes.InvalidArgument, "Maximum Append Size of 1024 Exceeded."), eventstore.ErrTooLarge},
		{failsWith(codes.PermissionDenied, "Access Denied"), nil},
	} {
		s := &script{appends: make(chan func() (*streams.AppendResp, error), 1), received: make(chan []*streams.AppendReq, 2)}
		s.appends <- test.answer
		_, err := scripted(t, s).Append(eventstoretest.Context(t), "test-1", eventstore.NoStream(), eventstoretest.Events(1))
		if err == nil || errors.Is(err, eventstore.ErrUnavailable) || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("got %v, want %v", err, test.want)
		}
		if len(s.received) != 1 {
			t.Errorf("%d attempts", len(s.received))
		}
	}
}

func TestADeletedStreamIsNeitherReadNorAppendedTo(t *testing.T) {
	t.Parallel()
	env := eventstoretest.New(t)
	stream := eventstoretest.Stream()
	eventstoretest.Append(t, env.Store, stream, eventstore.NoStream(), eventstoretest.Events(1)...)
	settings, err := esdb.ParseConnectionString(env.URL)
	if err != nil {
		t.Fatal(err)
	}
	settings.Logger = esdb.NoopLogging()
	raw, err := esdb.NewClient(settings)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.TombstoneStream(t.Context(), stream, esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := env.Store.Append(eventstoretest.Context(t), stream, eventstore.Any(), eventstoretest.Events(1)); !errors.Is(err, eventstore.ErrDeleted) {
		t.Errorf("append: got %v, want ErrDeleted", err)
	}
	for _, err := range env.Store.ReadStream(eventstoretest.Context(t), stream, 0) {
		if !errors.Is(err, eventstore.ErrDeleted) {
			t.Errorf("read: got %v, want ErrDeleted", err)
		}
	}
}

func TestFollowMovesOverSystemEventsAndCheckpointsAndTakesNothingTwice(t *testing.T) {
	t.Parallel()
	store := scripted(t, &script{read: onSubscribe(
		checkpointAt(5, 5),
		checkpointAt(99, 0), // a place that one number cannot name
		eventAt(10, "a-1", "happened"),
		eventAt(10, "a-1", "happened"),
		eventAt(12, "a-1", "$deleted"),
		caughtUp(),
		checkpointAt(20, 20),
		checkpointAt(15, 15),
		eventAt(30, "$stats", "measured"),
		eventAt(40, "a-2", "happened"),
	)})
	type mark struct {
		To     eventstore.Position
		Events int
		Head   bool
	}
	// How live items fall into slices depends on time; where they lead does not.
	var first *mark
	var events []eventstore.Position
	at, head := eventstore.Position(0), false
	err := store.Follow(eventstoretest.Context(t), 0, 10, func(_ context.Context, s eventstore.Slice) error {
		if s.After != at {
			t.Errorf("slice after %s follows %s", s.After, at)
		}
		if first == nil {
			first = &mark{s.To, len(s.Events), s.Head}
		}
		at, head = s.To, s.Head
		for _, r := range s.Events {
			events = append(events, r.Position)
		}
		if head && at == 40 {
			return errDone
		}
		return nil
	})
	if !errors.Is(err, errDone) {
		t.Fatalf("%v, at %s", err, at)
	}
	if first.To != 12 || first.Events != 1 {
		t.Errorf("catching up ended with %+v, want one event and the position 12", *first)
	}
	if diff := cmp.Diff([]eventstore.Position{10, 40}, events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// errDone ends a Follow from its handler.
var errDone = errors.New("done")
