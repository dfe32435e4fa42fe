# The Debian packages, listed once. Installed only when dpkg does not know them as installed.

build_packages=(build-essential ca-certificates cmake git ninja-build pkg-config libcmocka-dev libcsv-dev
  libcurl4-openssl-dev libdeflate-dev libexif-dev libgdal-dev libgdk-pixbuf-2.0-dev libgeos-dev libical-dev libicu-dev
  libjansson-dev libmicrohttpd-dev libproj-dev libqrencode-dev webp-pixbuf-loader
  libsodium-dev libspatialite-dev libsqlite3-dev libgnutls28-dev proj-data util-linux)
test_packages=(chromium clang-format clang-tidy curl fonts-noto-cjk gdal-bin sqlite3)
bench_packages=(postgresql-15 postgresql-15-postgis-3 wrk)
node_packages=(nodejs npm)

missing_packages() {
  dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$@" 2>/dev/null |
    awk -v want="$*" '$1 == "ii" || $1 == "hi" { have[$2] = 1 }
      END { n = split(want, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in have)) print w[i] }'
}

# need_packages NAME...: all of them are installed when this returns.
need_packages() {
  local missing root=()
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: taking these for installed: $*" "非 Debian 系统，假定已安装：$*"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || { ! sudo -n true 2>/dev/null && [ ! -t 0 ]; }; then
      die "Packages are missing and this account cannot install them. As root, once: apt-get install -y ${missing[*]}" \
          "缺少软件包，而当前账号无权安装。请以 root 执行一次：apt-get install -y ${missing[*]}"
    fi
    root=(sudo)
    sudo -v
  fi
  full_disk / 1500
  root+=(env DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=300)
  step "installing Debian packages: ${missing[*]}" "安装 Debian 软件包" apt \
    apt_install "${missing[@]}" || {
    full_disk /
    die "The packages could not be installed: check the network and /etc/apt/sources.list, then start again." \
        "软件包安装失败：请检查网络和 /etc/apt/sources.list 后重试。"
  }
}

apt_install() {
  "${root[@]}" update || echo "the package lists could not be read again: going on with those there are"
  "${root[@]}" install --no-install-recommends "$@"
}
