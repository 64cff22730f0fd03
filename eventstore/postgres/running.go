package postgres

import (
	"fmt"
	"os"
	"strings"
)

// RunningURL is URL for a server that another process runs in the folder, as
// Postgres itself notes where it listens. The caller must be let through the
// socket's folder: the account of the service, or root.
func RunningURL(dir, database string) (string, error) {
	c := cluster{dir: dir}
	text, err := os.ReadFile(c.pidFile())
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	const socketLine = 4 // counted from 0: process, folder, start, port, socket's folder
	lines := strings.Split(string(text), "\n")
	if len(lines) <= socketLine || lines[socketLine] == "" {
		return "", fmt.Errorf("postgres: %s does not say where the server listens: it may be starting", c.pidFile())
	}
	c.socket = lines[socketLine]
	return (&Server{cluster: c}).URL(database), nil
}
