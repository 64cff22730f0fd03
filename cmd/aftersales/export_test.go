package main

// ServeHTTP serves until the service ends.
var ServeHTTP = serveHTTP
