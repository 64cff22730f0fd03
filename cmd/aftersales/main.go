// Command aftersales is the after-sales service and its tools.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // time zones on machines that have no list of them

	"github.com/alecthomas/kong"

	"aftersales/eventstore/node"
)

// cli is the program's subcommands; each flag has an environment twin.
type cli struct {
	Serve       serveCommand       `cmd:"" help:"Serve the HTTP API, on embedded Postgres and event store unless configured otherwise."`
	Node        nodeCommand        `cmd:"" help:"Serve the embedded event store alone, for several processes to share."`
	Import      importCommand      `cmd:"" help:"Import data into a running service through its HTTP API."`
	Rebuild     rebuildCommand     `cmd:"" help:"Rebuild read models from the log."`
	Verify      verifyCommand      `cmd:"" help:"Compare read models with a rebuild from the log; exit status 1 when they differ."`
	Projections projectionsCommand `cmd:"" help:"List, repair and tidy up the read models of a running service."`
	Reporting   reportingCommand   `cmd:"" help:"Let BI tools read the reporting views."`
	Reset       resetCommand       `cmd:"" help:"Forget all read models, so that the next start makes them from the log: after the log was restored or moved."`
	Events      eventsCommand      `cmd:"" help:"Print the log as JSON lines, or copy it."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(node.GCPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "aftersales:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	var c cli
	parser, err := kong.New(&c, kong.Name("aftersales"),
		kong.Description("After-sales services for support tickets: refunds, coupons, returns, repairs and visits."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return parsed.Run()
}
