package eventstoretest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"aftersales/eventstore"
)

// Conformance runs the port's contract against the store that open returns. It
// only relies on what it appended itself, so the log need not be empty.
func Conformance(t *testing.T, open func(t *testing.T) eventstore.Store) {
	for name, test := range map[string]func(*testing.T, eventstore.Store){
		"an append answers the revision and position of its last event":      appendAnswers,
		"an append is refused unless the stream is as expected":              appendRefused,
		"a repeated append is the same append":                               appendRepeated,
		"an append that differs from the stored one conflicts":               appendDiffers,
		"of concurrent appends at one revision one succeeds":                 appendRace,
		"a malformed append is refused before it is sent":                    appendMalformed,
		"an append is taken up to the size limit and refused above":          appendSize,
		"a stream reads forwards from a revision and backwards":              readStream,
		"a stream that does not exist yields nothing":                        readNothing,
		"a reader may stop early":                                            readEarly,
		"the log reads in append order without system events":                readAll,
		"the head is the last event that is not the system's":                head,
		"follow passes the seam from old to new without loss or double":      followSeam,
		"follow respects the limit of events in a slice":                     followLimit,
		"follow reports the end of a log that has nothing new":               followHead,
		"follow returns the handler's error and resumes with the same slice": followError,
		"every call returns when its context ends":                           contexts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Event is a proposed event of a type, with a random id and the given text as
// its data.
func Event(kind, text string) eventstore.Proposed {
	return eventstore.Proposed{
		ID: uuid.New(), Type: kind,
		Data: fmt.Appendf(nil, `{"text":%q}`, text), Metadata: []byte(`{"schema_version":1}`),
	}
}

// Events are n events of type "tested".
func Events(n int) []eventstore.Proposed {
	events := make([]eventstore.Proposed, n)
	for i := range events {
		events[i] = Event("tested", strconv.Itoa(i))
	}
	return events
}

// Stream is a stream name that no one else uses.
func Stream() string { return "test-" + uuid.NewString() }

// Append appends or fails the test.
func Append(t testing.TB, s eventstore.Store, stream string, expected eventstore.Expected, events ...eventstore.Proposed) eventstore.Appended {
	t.Helper()
	a, err := s.Append(Context(t), stream, expected, events)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return a
}

func appendAnswers(t *testing.T, s eventstore.Store) {
	stream := Stream()
	first := Append(t, s, stream, eventstore.NoStream(), Events(1)...)
	second := Append(t, s, stream, eventstore.At(0), Events(3)...)
	third := Append(t, s, stream, eventstore.Any(), Events(1)...)
	if got := []uint64{first.Revision, second.Revision, third.Revision}; !slices.Equal(got, []uint64{0, 3, 4}) {
		t.Errorf("revisions %v, want 0, 3, 4", got)
	}
	want := map[uint64]eventstore.Position{0: first.Position, 3: second.Position, 4: third.Position}
	for _, r := range read(t, s.ReadStream(Context(t), stream, 0)) {
		if p, known := want[r.Revision]; known && p != r.Position {
			t.Errorf("append answered position %s for revision %d, which is at %s", p, r.Revision, r.Position)
		}
	}
}

func appendRefused(t *testing.T, s eventstore.Store) {
	stream := Stream()
	conflicts(t, s, stream, eventstore.At(0))
	Append(t, s, stream, eventstore.NoStream(), Events(3)...)
	for _, expected := range []eventstore.Expected{eventstore.NoStream(), eventstore.At(0), eventstore.At(1), eventstore.At(3)} {
		conflicts(t, s, stream, expected)
	}
	if got := len(read(t, s.ReadStream(Context(t), stream, 0))); got != 3 {
		t.Errorf("%d events after refused appends, want 3", got)
	}
}

func conflicts(t *testing.T, s eventstore.Store, stream string, expected eventstore.Expected) {
	t.Helper()
	_, err := s.Append(Context(t), stream, expected, Events(2))
	conflict, ok := errors.AsType[*eventstore.Conflict](err)
	if !ok || conflict.Stream != stream || conflict.Expected != expected {
		t.Errorf("append at %s: got %v, want a conflict", expected, err)
	}
}

func appendRepeated(t *testing.T, s eventstore.Store) {
	stream := Stream()
	created, changed := Events(2), Events(3)
	first := Append(t, s, stream, eventstore.NoStream(), created...)
	second := Append(t, s, stream, eventstore.At(1), changed...)
	Append(t, s, stream, eventstore.At(4), Events(1)...)
	if again := Append(t, s, stream, eventstore.NoStream(), created...); again != first {
		t.Errorf("repeat answered %+v, the append %+v", again, first)
	}
	if again := Append(t, s, stream, eventstore.At(1), changed...); again != second {
		t.Errorf("repeat answered %+v, the append %+v", again, second)
	}
	if got := len(read(t, s.ReadStream(Context(t), stream, 0))); got != 6 {
		t.Errorf("%d events after repeats, want 6", got)
	}
}

func appendDiffers(t *testing.T, s eventstore.Store) {
	stream := Stream()
	events := Events(2)
	Append(t, s, stream, eventstore.NoStream(), events...)
	_, err := s.Append(Context(t), stream, eventstore.NoStream(), []eventstore.Proposed{events[0], Event("tested", "other")})
	if _, ok := errors.AsType[*eventstore.Conflict](err); !ok {
		t.Errorf("got %v, want a conflict", err)
	}
}

func appendRace(t *testing.T, s eventstore.Store) {
	const writers, rounds = 8, 10
	stream, won := Stream(), make([]int, rounds)
	for round := range rounds {
		expected := eventstore.NoStream()
		if round > 0 {
			expected = eventstore.At(uint64(round - 1))
		}
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				_, err := s.Append(Context(t), stream, expected, Events(1))
				if _, lost := errors.AsType[*eventstore.Conflict](err); lost {
					return
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				won[round]++
			})
		}
		wg.Wait()
	}
	if diff := cmp.Diff(slices.Repeat([]int{1}, rounds), won); diff != "" {
		t.Errorf("winners per round (-want +got):\n%s", diff)
	}
}

func appendMalformed(t *testing.T, s eventstore.Store) {
	nameless, typeless := Event("tested", "x"), Event("", "x")
	nameless.ID = uuid.Nil
	for what, refused := range map[string]func(ctx context.Context) error{
		"no stream":      func(ctx context.Context) error { return appendErr(ctx, s, "", eventstore.Any(), Events(1)) },
		"no events":      func(ctx context.Context) error { return appendErr(ctx, s, Stream(), eventstore.Any(), nil) },
		"no expectation": func(ctx context.Context) error { return appendErr(ctx, s, Stream(), eventstore.Expected{}, Events(1)) },
		"no id": func(ctx context.Context) error {
			return appendErr(ctx, s, Stream(), eventstore.Any(), []eventstore.Proposed{nameless})
		},
		"no type": func(ctx context.Context) error {
			return appendErr(ctx, s, Stream(), eventstore.Any(), []eventstore.Proposed{typeless})
		},
	} {
		if err := refused(Context(t)); !errors.Is(err, eventstore.ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", what, err)
		}
	}
}

func appendErr(ctx context.Context, s eventstore.Store, stream string, expected eventstore.Expected, events []eventstore.Proposed) error {
	_, err := s.Append(ctx, stream, expected, events)
	return err
}

func appendSize(t *testing.T, s eventstore.Store) {
	stream, events := Stream(), Events(2)
	padding := eventstore.MaxAppend - eventstore.AppendSize(events)
	events[1].Data = slices.Concat(events[1].Data, slices.Repeat([]byte{' '}, padding))
	Append(t, s, stream, eventstore.NoStream(), events...)
	events[1].Data = append(events[1].Data, ' ')
	if err := appendErr(Context(t), s, Stream(), eventstore.NoStream(), events); !errors.Is(err, eventstore.ErrTooLarge) {
		t.Errorf("one byte more: got %v, want ErrTooLarge", err)
	}
	if got := read(t, s.ReadStream(Context(t), stream, 1)); len(got) != 1 || len(got[0].Data) != len(events[1].Data)-1 {
		t.Errorf("the largest append was not stored whole: %d events", len(got))
	}
}

// contexts checks only that calls return: an ended context may also be noticed
// after the answer.
func contexts(t *testing.T, s eventstore.Store) {
	ctx, cancel := context.WithCancel(Context(t))
	cancel()
	if err := appendErr(ctx, s, Stream(), eventstore.Any(), Events(1)); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	for _, err := range s.ReadAll(ctx, 0) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("read: %v", err)
		}
	}
	err := s.Follow(ctx, 0, 1, func(context.Context, eventstore.Slice) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("follow: %v", err)
	}
}
