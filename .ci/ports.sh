# Sourced by what starts servers.

# free_port: prints a port of the loopback address that nobody listens on, below those that the system draws for
# connections: one of these could be taken before a server listens on it.
free_port() {
  local port
  while
    port=$((10000 + RANDOM % 22000))
    (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
  do :; done
  echo "$port"
}
