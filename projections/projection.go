package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

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
	// Apply writes what a part of the log means, a few statements for all of
	// its events. search_path is the projection's schema. The outcome must not
	// depend on how the log is cut into parts.
	Apply func(ctx context.Context, tx pgx.Tx, events []eventstore.Envelope) error
}

// Config is what a Runner stands on.
type Config struct {
	DatabaseURL string
	Store       eventstore.Store
	Codec       *eventstore.Codec
	Projections []Projection
	SliceLimit  int // events in a transaction, 0: 1000
	Logger      *slog.Logger
}

const defaultSliceLimit = 1000

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
	// ErrBusy says that a rebuild or verification of it is under way.
	ErrBusy = errors.New("the projection is being rebuilt or verified")
)

var validName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)

func (c *Config) validate() error {
	var errs []error
	seen := map[string]bool{checkpointSchema: true}
	for _, p := range c.Projections {
		if !validName.MatchString(p.Name) || seen[p.Name] {
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
	if c.SliceLimit == 0 {
		c.SliceLimit = defaultSliceLimit
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return errors.Join(errs...)
}
