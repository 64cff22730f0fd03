package projections

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
	"aftersales/eventstore/eventstoretest"
)

// childEnv makes this test binary a process that follows the log. Its value is
// the URL of the event store; the next variable is that of the database.
const childEnv, childDatabaseEnv = "PROJECTIONS_CHILD", "PROJECTIONS_CHILD_DATABASE"

// shortLease is taken over from soon.
func shortLease(c *Config) { c.Lease = time.Second }

// child follows the log until it is killed; over the first events it stops
// itself, in the middle of the transaction.
func child() error {
	ctx := context.Background()
	store, err := eventstore.Dial(ctx, eventstore.Config{URL: os.Getenv(childEnv)})
	if err != nil {
		return err
	}
	c, err := eventstore.NewCodec(knownEvents)
	if err != nil {
		return err
	}
	pausing, paused := counting, false
	pausing.Apply = func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error {
		if err := counting.Apply(ctx, tx, events); err != nil || paused {
			return err
		}
		paused = true
		return syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	}
	config := Config{DatabaseURL: os.Getenv(childDatabaseEnv), Store: store, Codec: c, Projections: []Projection{pausing}}
	shortLease(&config)
	r, err := Open(ctx, config)
	if err != nil {
		return err
	}
	return r.Run(ctx)
}

// process starts the child on the environment; it dies with the test.
func process(t *testing.T, env *eventstoretest.Env) *os.Process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+env.URL, childDatabaseEnv+"="+env.DatabaseURL)
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
	})
	return cmd.Process
}

// A process that is paused in the middle of a transaction loses the projection
// to another one, and writes nothing when it wakes up.
func TestAPausedProcessIsTakenOverFromAndWritesNothingAfterwards(t *testing.T) {
	env := eventstoretest.New(t)
	r := open(t, env, shortLease)
	paused := process(t, env)
	held := until(t, r, func(s Status) bool { return s.Holder != "" })
	if held.Here || held.State != Running {
		t.Errorf("before: %+v", held)
	}
	last := record(t, env, 5)
	run(t, r)
	wait(t, r, last)
	recount(t, env, r)
	s := until(t, r, func(s Status) bool { return s.Here })
	if s.Epoch <= held.Epoch || s.Holder == held.Holder {
		t.Errorf("taken over: %+v", s)
	}
	if err := paused.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		last = record(t, env, 3)
	}
	wait(t, r, last)
	recount(t, env, r)
	if s := until(t, r, func(s Status) bool { return s.Here }); s.LastError != "" {
		t.Errorf("afterwards: %+v", s)
	}
}

// When a process ends, another one need not wait for the end of its lease.
func TestAProjectionIsTakenOverAtOnceWhenItsProcessEnds(t *testing.T) {
	env := eventstoretest.New(t)
	long := func(c *Config) { c.Lease = 10 * eventstoretest.Patience }
	standby := open(t, env, func(c *Config) { c.Lease = 10 * time.Second })
	first := open(t, env, long)
	stop := run(t, first)
	wait(t, first, record(t, env, 2))
	run(t, standby)
	stop()
	wait(t, standby, record(t, env, 2))
	recount(t, env, standby)
	if s := until(t, first, func(s Status) bool { return s.Holder != "" }); s.Holder != standby.holder {
		t.Errorf("held by %s", s.Holder)
	}
}

func TestWhoeverWasTakenOverFromCannotWrite(t *testing.T) {
	env := eventstoretest.New(t)
	record(t, env, 4)
	log := logOf(t, env)
	for _, partitions := range []int{1, 3} {
		t.Run(strconv.Itoa(partitions), func(t *testing.T) {
			r := open(t, env, func(c *Config) { c.Partitions = partitions })
			m := r.models[0]
			m.hold(2)
			if err := r.takeOver(t.Context(), m, 2+int64(partitions)); err != nil {
				t.Fatal(err)
			}
			err := r.follow(t.Context(), m, eventstore.Slice{To: log[3].Position, Events: log})
			if !errors.Is(err, ErrFenced) {
				t.Errorf("got %v, want ErrFenced", err)
			}
		})
	}
}

func isChild() bool { return os.Getenv(childEnv) != "" }
