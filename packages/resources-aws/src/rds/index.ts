export { type ClusterUse, type DBCluster, dbCluster, dbClusterRef } from "./cluster.ts";
export { type DBInstance, dbInstance, dbInstanceRef, type InstanceUse, type ServerCertificate } from "./instance.ts";
export { Storage } from "./storage.ts";
