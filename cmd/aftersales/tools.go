package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"aftersales/eventstore"
	"aftersales/projections"
)

// offline opens the parts and the projections for a tool that runs without the
// service.
func (s settings) offline(ctx context.Context, use func(*parts, *projections.Runner) error) (err error) {
	logger := s.logger()
	p, err := s.open(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	runner, err := projections.Open(ctx, projections.Config{
		DatabaseURL: p.databaseURL, Store: p.store, Codec: p.codec, Projections: readModels, Logger: logger,
	})
	if err != nil {
		return err
	}
	defer runner.Close()
	return use(p, runner)
}

// chosen are the projections named, or all.
func chosen(names []string) []string {
	if len(names) > 0 {
		return names
	}
	for _, p := range readModels {
		names = append(names, p.Name)
	}
	return names
}

type rebuildCommand struct {
	settings
	Projections []string `arg:"" optional:"" help:"Read models to rebuild; none: all."`
}

// Run rebuilds each read model beside the live one and switches.
func (c *rebuildCommand) Run(ctx context.Context) error {
	return c.offline(ctx, func(_ *parts, r *projections.Runner) error {
		for _, name := range chosen(c.Projections) {
			if err := r.Rebuild(ctx, name); err != nil {
				return err
			}
			fmt.Println(name, "rebuilt")
		}
		return nil
	})
}

type verifyCommand struct {
	settings
	Projections []string `arg:"" optional:"" help:"Read models to verify; none: all."`
}

// errDiffers makes the exit status 1.
var errDiffers = errors.New("a read model differs from its rebuild")

// Run compares each read model with a rebuild at the same position.
func (c *verifyCommand) Run(ctx context.Context) error {
	return c.offline(ctx, func(_ *parts, r *projections.Runner) error {
		differs := false
		for _, name := range chosen(c.Projections) {
			differences, err := r.Verify(ctx, name)
			if err != nil {
				return err
			}
			for _, d := range differences {
				fmt.Println(name, d)
			}
			differs = differs || len(differences) > 0
			fmt.Println(name, "verified:", len(differences), "differences")
		}
		if differs {
			return errDiffers
		}
		return nil
	})
}

type eventsCommand struct {
	settings
	After string `help:"Position to start after; empty: from the beginning."`
}

// line is an event as printed.
type line struct {
	Position string          `json:"position"`
	Stream   string          `json:"stream"`
	Revision uint64          `json:"revision"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Created  string          `json:"created"`
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
}

// Run prints the log, one JSON object a line.
func (c *eventsCommand) Run(ctx context.Context) (err error) {
	var after eventstore.Position
	if c.After != "" {
		if after, err = eventstore.ParsePosition(c.After); err != nil {
			return err
		}
	}
	p, err := c.open(ctx, c.logger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	out := json.NewEncoder(os.Stdout)
	for e, err := range p.store.ReadAll(ctx, after) {
		if err != nil {
			return err
		}
		if err := out.Encode(line{
			e.Position.String(), e.Stream, e.Revision, e.ID.String(), e.Type,
			e.Created.UTC().Format("2006-01-02T15:04:05.0000000Z"), e.Data, e.Metadata,
		}); err != nil {
			return err
		}
	}
	return nil
}

type versionCommand struct{}

// Run prints the version that the program was built from.
func (versionCommand) Run() error {
	version := "devel"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Println("aftersales", version)
	return err
}
