package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"aftersales/eventstore"
	"aftersales/eventstore/copying"
)

type copyCommand struct {
	settings
	From string `help:"Event store to copy from (esdb://…); empty: as configured, which is the embedded node unless --eventstore-url is given."`
	To   string `required:"" help:"Event store to copy to (esdb://…): empty, or the result of an earlier copy."`
}

// progressStep is how many events are copied between two words about it.
const progressStep = 10_000

// Run copies the log, checks the copy and says what was not kept.
func (c *copyCommand) Run(ctx context.Context) (err error) {
	logger := c.logger()
	source, err := c.source(ctx, logger)
	if err != nil {
		return fmt.Errorf("source: %w", err)
	}
	defer func() { err = errors.Join(err, source.close()) }()
	target, err := eventstore.Dial(ctx, eventstore.Config{URL: c.To, Logger: logger})
	if err != nil {
		return fmt.Errorf("target: %w", err)
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	told := 0
	report, err := copying.Copy(ctx, source.store, target, func(r copying.Report) {
		if r.Copied/progressStep > told {
			told = r.Copied / progressStep
			fmt.Fprintln(os.Stderr, r.Copied, "events copied")
		}
	})
	if err != nil {
		return err
	}
	fmt.Printf(`%d events copied, %d were there; metadata of %d streams written
checked: the target is the source up to position %s, event by event
not kept: times of recording and positions, which the target gives itself; streams of the event store ($…)
read models belong to the log they were made from: start on the target with an empty database
`, report.Copied, report.Present, report.Metadata, report.End)
	return nil
}

// source is the log to copy from; a configured one needs no other part.
func (c *copyCommand) source(ctx context.Context, logger *slog.Logger) (*parts, error) {
	url := c.From
	if url == "" {
		url = c.EventStoreURL
	}
	if url == "" {
		return c.open(ctx, logger)
	}
	store, err := eventstore.Dial(ctx, eventstore.Config{URL: url, Logger: logger})
	if err != nil {
		return nil, err
	}
	return &parts{store: store, closers: []func() error{store.Close}}, nil
}
