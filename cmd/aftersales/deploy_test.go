package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

const deployment = "../../deploy"

// composition is what the tests look at in deploy/compose.yaml.
type composition struct {
	Services map[string]struct {
		Image       string
		Build       struct{ Context, Dockerfile string }
		Environment map[string]string
		Command     []string
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
		Healthcheck struct{ Test []string }
		Volumes     []string
	}
	Volumes map[string]any
}

func readComposition(t *testing.T) (c composition) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(deployment, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(b, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheDeploymentSetsOnlyWhatServeReads(t *testing.T) {
	parser, err := kong.New(&cli{})
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, command := range parser.Model.Children {
		for _, flag := range command.Flags {
			for _, env := range flag.Envs {
				known[env] = known[env] || command.Name == "serve"
			}
		}
	}
	service := readComposition(t).Services["aftersales"]
	for name := range service.Environment {
		if !known[name] {
			t.Errorf("%s is no setting of serve", name)
		}
	}
	for _, needed := range []string{"AFTERSALES_DATABASE_URL", "AFTERSALES_EVENTSTORE_URL", "AFTERSALES_SECRET_KEY"} {
		if service.Environment[needed] == "" {
			t.Errorf("%s is not set: the image has no parts of its own", needed)
		}
	}
}

var variable = regexp.MustCompile(`\$\{(\w+)(:[?-][^}]*)?\}`)

func TestTheDeploymentsVariablesAreInItsExample(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(deployment, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join(deployment, "example.env"))
	if err != nil {
		t.Fatal(err)
	}
	used, listed := map[string]bool{}, map[string]bool{}
	for _, match := range variable.FindAllStringSubmatch(string(b), -1) {
		used[match[1]] = true
	}
	for line := range strings.Lines(string(example)) {
		if name, _, ok := strings.Cut(line, "="); ok && !strings.HasPrefix(line, "#") {
			listed[name] = true
		}
	}
	if diff := cmp.Diff(listed, used); diff != "" {
		t.Errorf("variables (-example +used):\n%s", diff)
	}
}

// Each node knows the two others, has a certificate of its own name, and is in
// the service's connection string, which the client can read.
func TestTheDeploymentsClusterIsWhole(t *testing.T) {
	c := readComposition(t)
	nodes := []string{"node1", "node2", "node3"}
	made := strings.Join(c.Services["certificates"].Command, "\n")
	if !strings.Contains(made, "for n in 1 2 3;") || !strings.Contains(made, "-out ./node$$n") || !strings.Contains(made, "localhost,node$$n") {
		t.Errorf("certificates are not made for %v:\n%s", nodes, made)
	}
	for _, name := range nodes {
		env := c.Services[name].Environment
		others := slices.DeleteFunc(slices.Clone(nodes), func(n string) bool { return n == name })
		for key, want := range map[string]string{
			"EVENTSTORE_GOSSIP_SEED":                   strings.Join(others, ":2113,") + ":2113",
			"EVENTSTORE_NODE_HOST_ADVERTISE_AS":        name,
			"EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS": name,
			"EVENTSTORE_CERTIFICATE_FILE":              "/certificates/" + name + "/node.crt",
			"EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE":  "/certificates/" + name + "/node.key",
			"EVENTSTORE_CLUSTER_SIZE":                  "3",
		} {
			if env[key] != want {
				t.Errorf("%s of %s is %q, want %q", key, name, env[key], want)
			}
		}
	}
	url := variable.ReplaceAllString(c.Services["aftersales"].Environment["AFTERSALES_EVENTSTORE_URL"], "secret")
	url, _, _ = strings.Cut(url, "?") // the certificate is in the container only
	config, err := esdb.ParseConnectionString(url)
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{}
	for _, seed := range config.GossipSeeds {
		hosts = append(hosts, seed.Host)
	}
	if diff := cmp.Diff(nodes, hosts); diff != "" || config.DisableTLS {
		t.Errorf("connection string without TLS, or to others (-want +got):\n%s", diff)
	}
}

func TestTheDeploymentRefersOnlyToWhatItHas(t *testing.T) {
	c := readComposition(t)
	for name, service := range c.Services {
		if service.Image == "" && service.Build.Context == "" {
			t.Errorf("%s has neither image nor build", name)
		}
		for other, how := range service.DependsOn {
			needed, there := c.Services[other]
			if !there || how.Condition == "service_healthy" && len(needed.Healthcheck.Test) == 0 {
				t.Errorf("%s waits for %s (%s), which there is not", name, other, how.Condition)
			}
		}
		for _, mount := range service.Volumes {
			volume, _, _ := strings.Cut(mount, ":")
			if _, there := c.Volumes[volume]; !there {
				t.Errorf("%s mounts %s, which there is not: %v", name, volume, slices.Sorted(maps.Keys(c.Volumes)))
			}
		}
	}
	build := c.Services["aftersales"].Build
	if _, err := os.Stat(filepath.Join(deployment, build.Context, build.Dockerfile)); err != nil {
		t.Error(err)
	}
}
