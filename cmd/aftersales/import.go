package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"aftersales/cmd/aftersales/onlineretail"
	"aftersales/cmd/aftersales/sample"
	"aftersales/http/client"
)

type importCommand struct {
	OnlineRetail onlineRetailCommand `cmd:"" name:"online-retail" help:"Import a file of the data set Online Retail and print what was made of it."`
}

type onlineRetailCommand struct {
	File    string `arg:"" type:"existingfile" help:"CSV file."`
	URL     string `env:"AFTERSALES_URL" default:"http://127.0.0.1:8080" help:"The running service."`
	Token   string `env:"AFTERSALES_ADMIN_TOKEN" help:"Bearer token; empty: the one in the data folder."`
	DataDir string `name:"data-dir" env:"AFTERSALES_DATA_DIR" default:"./var" help:"The service's data folder."`
}

// readyPatience is how long an import waits for the service to be ready.
const readyPatience = 2 * time.Minute

// Run imports. Progress goes to standard error when that is a terminal, the
// report to standard output.
func (c onlineRetailCommand) Run(ctx context.Context) error {
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	waiting, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	if err := waitReady(waiting, c.URL); err != nil {
		return fmt.Errorf("no service is ready on %s: %w", c.URL, err)
	}
	token, err := c.token()
	if err != nil {
		return err
	}
	report, err := onlineretail.Import(ctx, client.New(c.URL, token), file, progress())
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(report)
}

// token is the one given, or that of the service's data folder.
func (c onlineRetailCommand) token() (string, error) {
	if c.Token != "" {
		return c.Token, nil
	}
	b, err := os.ReadFile(settings{DataDir: c.DataDir}.adminTokenFile())
	if err != nil {
		return "", fmt.Errorf("no --token given, and none in %s: %w", filepath.Clean(c.DataDir), err)
	}
	return strings.TrimSpace(string(b)), nil
}

// progress shows how far an import is, on a terminal only.
func progress() func(done, all int) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return func(done, all int) {
		fmt.Fprintf(os.Stderr, "\r%d of %d documents", done, all)
		if done == all {
			fmt.Fprintln(os.Stderr)
		}
	}
}

// loadSample loads the sample unless the log holds other data.
func loadSample(ctx context.Context, url, token string) error {
	return sample.Load(ctx, client.New(url, token))
}
