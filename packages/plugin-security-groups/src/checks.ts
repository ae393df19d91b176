import type { Check } from "@posture/core";
import { allPortsOpen } from "./all-ports-open.ts";
import { CLOSE_ADMIN_PORT, CLOSE_DATABASE, CONFIRM_WEB, DATABASE, MONGODB, RDP, SSH } from "./metadata.ts";
import { portsOpenToInternet } from "./ports-open.ts";

export const sshOpen: Check = portsOpenToInternet({
  id: "security-group/ssh-open-to-internet",
  title: "SSH open to the internet",
  severity: "critical",
  service: "SSH",
  risk: "Anyone can try passwords, stolen keys and exploits against SSH.",
  transports: ["tcp"],
  ports: [22],
  frameworks: SSH,
  remediation: CLOSE_ADMIN_PORT,
});

export const rdpOpen: Check = portsOpenToInternet({
  id: "security-group/rdp-open-to-internet",
  title: "RDP open to the internet",
  severity: "critical",
  service: "RDP",
  risk: "Anyone can try passwords and exploits against Remote Desktop, a common way in for ransomware.",
  transports: ["tcp", "udp"],
  ports: [3389],
  frameworks: RDP,
  remediation: CLOSE_ADMIN_PORT,
});

export const mysqlOpen: Check = databaseOpen("mysql", "MySQL", 3306);
export const postgresqlOpen: Check = databaseOpen("postgresql", "PostgreSQL", 5432);
export const mssqlOpen: Check = databaseOpen("mssql", "MSSQL", 1433);
export const mongodbOpen: Check = databaseOpen("mongodb", "MongoDB", 27_017);

export const webOpen: Check = portsOpenToInternet({
  id: "security-group/web-open-to-internet",
  title: "Web traffic open to the internet",
  severity: "low",
  service: "HTTP or HTTPS",
  risk: "Expected for a public site; an internal one would be open to attacks from anywhere.",
  transports: ["tcp", "udp"],
  ports: [80, 443],
  udpPorts: [443], // QUIC, which HTTP/3 runs on, has no port 80
  remediation: CONFIRM_WEB,
});

export const CHECKS: readonly Check[] = [sshOpen, rdpOpen, mysqlOpen, postgresqlOpen, mssqlOpen, mongodbOpen, allPortsOpen, webOpen];

function databaseOpen(name: "mysql" | "postgresql" | "mssql" | "mongodb", service: string, port: number): Check {
  return portsOpenToInternet({
    id: `security-group/${name}-open-to-internet`,
    title: `Database port open to the internet (${service} ${String(port)})`,
    severity: "critical",
    service,
    risk: `Anyone can try passwords and exploits against ${service}, one step from the data.`,
    transports: ["tcp"],
    ports: [port],
    frameworks: name === "mongodb" ? MONGODB : DATABASE,
    remediation: CLOSE_DATABASE,
  });
}
