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
	if err := p.checkLog(ctx); err != nil {
		return err
	}
	runner, err := projections.Open(ctx, projections.Config{
		DatabaseURL: p.databaseURL, Store: p.store, Codec: p.codec, Projections: readModels, Logger: logger, Beside: true,
	})
	if err != nil {
		return err
	}
	defer runner.Close()
	return use(p, runner)
}

type eventsCommand struct {
	Print printCommand `cmd:"" default:"withargs" help:"Print the log as JSON lines (the default)."`
	Copy  copyCommand  `cmd:"" help:"Copy the whole log to another event store and check the copy; killed, it goes on where it was."`
}

type printCommand struct {
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
func (c *printCommand) Run(ctx context.Context) (err error) {
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
