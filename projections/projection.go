package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"aftersales/eventstore"
)

// Projection is a read model: its tables and how they follow from the log.
type Projection struct {
	// Name is that of the projection and of its Postgres schema: lower-case
	// letters, digits and underscores.
	Name string
	// Version rises with every change of Schema or Apply; a stored read model
	// of another version is dropped and begun anew.
	Version int
	// Schema is DDL with unqualified names, which runs inside the schema. Each
	// table has a primary key; no column depends on the clock or on chance.
	Schema string
	// Reads says whether Apply wants the events of the streams of a category;
	// nil: of all. The others do not reach it.
	Reads func(category string) bool
	// Apply writes what a part of the log means, a few statements for all of
	// its events. search_path is the projection's schema. The outcome must not
	// depend on how the log is cut into parts, nor on the order of events that
	// share neither their stream nor their ticket: each row follows from the
	// events of one stream, or of one ticket. An error that is not the
	// database's parks the event; see Parked.
	Apply func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error
}

// Config is what a Runner stands on.
type Config struct {
	DatabaseURL string
	Store       eventstore.Store
	Codec       *eventstore.Codec
	Projections []Projection
	SliceLimit  int // events in a transaction, 0: 1000
	// Partitions is how many transactions at once apply a slice of one
	// projection, each with streams and tickets of its own; 0: 1, and then all
	// of a slice shows at once.
	Partitions int
	// Lease is after how long a process that shows no sign of life, while its
	// connections stay open, is taken for dead; 0: 5 s.
	Lease time.Duration
	// Beside leaves a read model of another version as it is, for Rebuild to
	// make the new one beside it. Otherwise Open begins it anew.
	Beside bool
	Logger *slog.Logger
}

const (
	defaultSliceLimit = 1000
	defaultLease      = 5 * time.Second
)

// Errors of the runner.
var (
	// ErrBehind says that the read model did not reach the position in time.
	ErrBehind = errors.New("the read model has not reached the position")
	// ErrUnknown says that there is no projection of that name.
	ErrUnknown = errors.New("no such projection")
	// ErrGap says that a slice begins after the checkpoint.
	ErrGap = errors.New("events are missing between the checkpoint and the slice")
	// ErrVersion says that the read model in the database was made by another
	// version of the program.
	ErrVersion = errors.New("the read model belongs to another version of the program")
	// ErrFenced says that another process has taken the projection over.
	ErrFenced = errors.New("another process applies the log to the read model")
	// ErrBusy says that a rebuild or verification of it is under way.
	ErrBusy = errors.New("the projection is being rebuilt or verified")
)

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)

func (c *Config) validate() error {
	var errs []error
	seen := map[string]bool{checkpointSchema: true}
	for _, p := range c.Projections {
		if !validName.MatchString(p.Name) || strings.HasSuffix(p.Name, oldSuffix) || strings.HasSuffix(p.Name, scratchSuffix) || seen[p.Name] {
			errs = append(errs, fmt.Errorf("projection name %q is not valid or not unique", p.Name))
		}
		if p.Version < 1 || p.Apply == nil {
			errs = append(errs, fmt.Errorf("projection %q has no version or no Apply", p.Name))
		}
		seen[p.Name] = true
	}
	if c.Store == nil || c.Codec == nil {
		errs = append(errs, errors.New("projections need a store and a codec"))
	}
	if c.SliceLimit < 0 || c.Partitions < 0 || c.Lease < 0 {
		errs = append(errs, errors.New("slice limit, partitions and lease cannot be negative"))
	}
	c.SliceLimit, c.Partitions, c.Lease = cmp.Or(c.SliceLimit, defaultSliceLimit), cmp.Or(c.Partitions, 1), cmp.Or(c.Lease, defaultLease)
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return errors.Join(errs...)
}
