package clients

import (
	"bufio"
	"bytes"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"aftersales/eventstore/node"
)

// suite is the test suite inside a module, in the folder of one of its packages.
type suite struct {
	module, folder string
	environment    []string
	skip           string // of go test
	skips          []string
}

// check runs the suite and compares what it skipped by itself with what is known.
func (s suite) check(t *testing.T, adapt func(dir string)) {
	t.Helper()
	dir := s.unpack(t)
	if adapt != nil {
		adapt(dir)
	}
	args := []string{"test", "-json", "-count=1", "-timeout=5m"}
	if s.skip != "" {
		args = append(args, "-skip", s.skip)
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./"+s.folder)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(s.environment, "GOFLAGS=-mod=mod", "GOWORK=off")...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	printed := map[string][]string{}
	var passed, failed, skipped []string
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var e struct{ Action, Test, Output string }
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		switch e.Action {
		case "output":
			printed[e.Test] = append(printed[e.Test], e.Output)
		case "pass":
			passed = append(passed, e.Test)
		case "fail":
			failed = append(failed, e.Test)
		case "skip":
			skipped = append(skipped, e.Test)
		}
	}
	err = cmd.Wait()
	for _, name := range failed {
		t.Errorf("%s failed:\n%s", name, strings.Join(printed[name], ""))
	}
	if err != nil && len(failed) == 0 {
		t.Errorf("%v\n%s", err, stderr.Bytes())
	}
	slices.Sort(skipped)
	if diff := cmp.Diff(s.skips, skipped); diff != "" {
		t.Errorf("skipped (-known +now):\n%s", diff)
	}
	t.Logf("%s: %d passed, %d failed, %d skipped", s.module, len(passed), len(failed), len(skipped))
}

// unpack copies the module out of the module cache, where nothing can be built.
func (s suite) unpack(t *testing.T) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", s.module).Output()
	var module struct{ Dir string }
	if err == nil {
		err = json.Unmarshal(out, &module)
	}
	if err != nil {
		t.Fatalf("%s: %v in %s", s.module, err, out)
	}
	dir := filepath.Join(t.TempDir(), "suite")
	if err := os.CopyFS(dir, os.DirFS(module.Dir)); err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o755)
		}
		return os.Chmod(path, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The suite inside the client that this program uses, in its cluster mode.
func TestTheSuiteOfTheEventStoreClient(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the suite of another module")
	}
	secure, err := node.SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, leaderPort, node.Config{TLS: secure, Users: users(t), Followers: followers})
	serveFollowers(t, secure)
	admitted(t, leaderPort)
	suite{
		module: "github.com/EventStore/EventStore-Client-Go/v4@v4.2.0", folder: "esdb",
		environment: []string{"CLUSTER=true", "EVENTSTORE_INSECURE=false"},
		// Projections are not part of the node, client certificates are a plug-in
		// of EventStoreDB that is sold, and the last needs a container's data.
		skip: "^TestProjections$|^TestPlugins$|^TestExpectations$",
		// These skip themselves in a cluster: they need the data of a container.
		skips: []string{
			"TestPersistentSubscriptions/PersistentSubTests/testPersistentSubscriptionClosing",
			"TestStreams/AppendTests/appendToSystemStreamWithIncorrectCredentials",
			"TestStreams/ReadStreamTests/readStreamEventsBackwardsFromEndPosition",
			"TestStreams/ReadStreamTests/readStreamEventsForwardsFromZeroPosition",
			"TestStreams/SubscriptionTests/allSubscriptionWithFilterDeliversCorrectEvents",
			"TestStreams/SubscriptionTests/connectionClosing",
			"TestStreams/SubscriptionTests/streamSubscriptionDeliversAllEventsInStreamAndListensForNewEvents",
			"TestStreams/SubscriptionTests/subscriptionAllWithCredentialsOverride",
			"TestStreams/SubscriptionTests/subscriptionToStreamCaughtUpMessage",
		},
	}.check(t, nil)
}

// The suite inside the client's successor: one server without TLS, one with, and
// the cluster.
func TestTheSuiteOfTheKurrentDBClient(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the suite of another module")
	}
	secure, err := node.SelfSigned("localhost", "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	serve(t, insecurePort, node.Config{})
	for _, port := range []int{securePort, leaderPort} {
		serve(t, port, node.Config{TLS: secure, Users: users(t), Followers: followers})
		admitted(t, port)
	}
	serveFollowers(t, secure)
	suite{
		module: "github.com/kurrent-io/KurrentDB-Client-Go@v1.1.0", folder: "test",
		// Projections are not part of the node, nor is the web page of a server
		// by which that test stops it.
		skip: "^TestProjectionSuite$|/Rebalance$|/^TestReadStreamAfterClusterRebalanced$",
		// These skip themselves below version 25.1 of the server.
		skips: []string{
			"TestMultiAppendEventsSuite/TestMultiStreamAppend",
			"TestMultiAppendEventsSuite/TestMultiStreamAppendNonPlainJsonMetadataThrows",
			"TestMultiAppendEventsSuite/TestMultiStreamAppendStreamRevisionConflict",
			"TestMultiAppendEventsSuite/TestMultiStreamAppendStreamTombstoned",
			"TestMultiAppendEventsSuite/TestMultiStreamAppendWithBinaryMetadataThrowsError",
			"TestStreams/MultiAppend/TestMultiStreamAppend",
			"TestStreams/MultiAppend/TestMultiStreamAppendNonPlainJsonMetadataThrows",
			"TestStreams/MultiAppend/TestMultiStreamAppendStreamRevisionConflict",
			"TestStreams/MultiAppend/TestMultiStreamAppendStreamTombstoned",
			"TestStreams/MultiAppend/TestMultiStreamAppendWithBinaryMetadataThrowsError",
		},
	}.check(t, func(dir string) {
		// The suite's own certificates have expired.
		block := &pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificates[0].Certificate[0]}
		if err := os.WriteFile(filepath.Join(dir, "certs", "ca", "ca.crt"), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	})
}
