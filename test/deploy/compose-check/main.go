// Reads compose.yaml with the parser that docker compose itself uses, and prints what it understood as JSON.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithInterpolation(true), cli.WithResolvedPaths(true))
	if err == nil {
		project, loadError := options.LoadProject(context.Background())
		if loadError == nil {
			err = json.NewEncoder(os.Stdout).Encode(project)
		} else {
			err = loadError
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
