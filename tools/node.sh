# Node.js for the pages and their tests. Vite needs 20.19 or 22.12 and later; Debian 12 has 18. Where the
# system's is missing or too old, the one pinned in tools/node/ is put in build/tools/node, for this project only.

node_fits() {
  command -v node >/dev/null && command -v npm >/dev/null && node -e '
    const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1)'
}

need_node() {
  local here=$PWD/build/tools/node
  export NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false NPM_CONFIG_UPDATE_NOTIFIER=false
  export NPM_CONFIG_PREFER_OFFLINE=true PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1
  if [ -x "$here/bin/node" ] && cmp -s tools/node/package-lock.json "$here/package-lock.json"; then
    PATH=$here/bin:$PATH
    return 0
  fi
  node_fits && return 0
  need_packages "${node_packages[@]}"
  node_fits && return 0
  rm -rf "$here"
  full_disk build 400
  mkdir -p "$here"
  cp tools/node/package.json tools/node/package-lock.json "$here/"
  step "fetching Node.js for this project" "为本项目获取 Node.js" node npm ci --prefix "$here" || npm_failed
  mkdir "$here/bin"
  ln -s ../node_modules/npm/bin/npm-cli.js "$here/bin/npm"
  ln -s "$here"/node_modules/node-linux-*/bin/node "$here/bin/node" # the one of this processor
  PATH=$here/bin:$PATH
  node_fits || die "The Node.js from npm does not run on this machine: install Node.js 20.19 or later yourself." \
    "从 npm 获取的 Node.js 无法在本机运行：请自行安装 Node.js 20.19 或更新版本。"
}

npm_failed() {
  full_disk .
  die "npm could not fetch its packages: check the network and the registry (npm config get registry), then start again." \
      "npm 无法获取软件包：请检查网络和镜像源（npm config get registry）后重试。"
}

# need_modules FOLDER: its node_modules are those of its package-lock.json.
need_modules() {
  local folder=$1
  [ -e "$folder/node_modules/.lock" ] && cmp -s "$folder/package-lock.json" "$folder/node_modules/.lock" && return 0
  [ -w "$folder" ] || die_unwritable "$PWD/$folder"
  full_disk "$folder" 400
  step "installing npm packages in $folder/" "安装 $folder/ 的 npm 软件包" "npm-$folder" npm ci --prefix "$folder" || npm_failed
  cp "$folder/package-lock.json" "$folder/node_modules/.lock"
}
