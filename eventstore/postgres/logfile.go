package postgres

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

const (
	logName   = "postgres.log"
	logLimit  = 16 << 20 // bytes; a longer one is set aside at the next start
	tailBytes = 4 << 10
	tailLines = 12
)

// openLog opens the file that takes what the programs write. The one before is
// kept as postgres.log.1 when it has grown long.
func openLog(dir string) (*os.File, error) {
	path := filepath.Join(dir, logName)
	if info, err := os.Lstat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return open(path, os.O_RDWR|os.O_APPEND)
}

// tail returns the last lines written to the log at or after offset from.
func tail(log *os.File, from int64) string {
	end, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return err.Error()
	}
	text := make([]byte, min(end-from, tailBytes))
	if _, err := log.ReadAt(text, end-int64(len(text))); err != nil && err != io.EOF {
		return err.Error()
	}
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-tailLines):], []byte("\n")))
}
