// Package postgres runs a private PostgreSQL server for as long as the service
// lives: it finds the machine's own programs, makes the cluster, starts it,
// starts it again when it dies, and stops it with the service.
//
// # Who may connect
//
// The server listens on no TCP port, only on a Unix socket in a folder of mode
// 0700 that belongs to the account Postgres runs as. The kernel refuses every
// other account but root before Postgres is asked, so there is no password to
// generate, store, leak or rotate, no port to collide with, and the round trip
// is shorter than over loopback. Whoever passes that folder could read the data
// files as well; "trust" behind it gives nothing away.
//
// # Which account it runs as
//
// An ordinary user's server runs as that user. Postgres refuses to run as root,
// so a service started as root runs it as the owner of Config.Dir if that is not
// root, else as postgres, else as nobody. When none of them can enter Config.Dir
// (a checkout below /root), the server runs in a user namespace in which root
// bears another user id. When that is not allowed either, Start fails with an
// *AccountError.
//
// # What survives what
//
//   - Close, or the end of the service: a fast shutdown, every child included.
//   - kill -9 of the service: the kernel tells Postgres to shut down; should one
//     remain nevertheless, the next Start stops it first. The lock on the folder
//     goes with the process that held it.
//   - kill -9 of Postgres: it is started again, for ever, with back-off, behind
//     the same URL. Clients reconnect; what was committed is there.
//   - a kill while the cluster is being made: the next Start makes it afresh.
//
// # In tests
//
// One server per package is cheap (about a second, most of it initdb), and a
// database per test isolates:
//
//	var server *postgres.Server
//
//	func TestMain(m *testing.M) {
//		dir, err := os.MkdirTemp("", "postgres")
//		if err != nil {
//			log.Fatal(err)
//		}
//		server, err = postgres.Start(context.Background(), postgres.Config{Dir: dir, Unsafe: true})
//		if err != nil {
//			log.Fatal(err)
//		}
//		code := m.Run()
//		_ = server.Close()
//		_ = os.RemoveAll(dir)
//		os.Exit(code)
//	}
//
// Then EnsureDatabase(ctx, name) and URL(name) in each test. Leave Unsafe out
// where the test is about durability.
package postgres
