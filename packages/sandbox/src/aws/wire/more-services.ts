import { type Service, type ServiceName, serviceOf } from "./operations.ts";

const SETTINGS = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

/** Services whose clients are read when somebody first asks for them: each takes about a tenth of a second. */
const LOADERS: Readonly<Partial<Record<ServiceName, () => Promise<Service>>>> = {
  autoscaling: async () => {
    const client = await import("@aws-sdk/client-auto-scaling");
    return serviceOf("autoscaling", "query", new client.AutoScalingClient(SETTINGS), client);
  },
  batch: async () => {
    const client = await import("@aws-sdk/client-batch");
    return serviceOf("batch", "rest-json", new client.BatchClient(SETTINGS), client);
  },
  codebuild: async () => {
    const client = await import("@aws-sdk/client-codebuild");
    return serviceOf("codebuild", "json", new client.CodeBuildClient(SETTINGS), client);
  },
  ecs: async () => {
    const client = await import("@aws-sdk/client-ecs");
    return serviceOf("ecs", "json", new client.ECSClient(SETTINGS), client);
  },
  efs: async () => {
    const client = await import("@aws-sdk/client-efs");
    return serviceOf("efs", "rest-json", new client.EFSClient(SETTINGS), client);
  },
  elasticloadbalancing: async () => {
    const client = await import("@aws-sdk/client-elastic-load-balancing");
    return serviceOf("elasticloadbalancing", "query", new client.ElasticLoadBalancingClient(SETTINGS), client);
  },
  elasticloadbalancingv2: async () => {
    const client = await import("@aws-sdk/client-elastic-load-balancing-v2");
    return serviceOf("elasticloadbalancingv2", "query", new client.ElasticLoadBalancingV2Client(SETTINGS), client);
  },
  eventbridge: async () => {
    const client = await import("@aws-sdk/client-eventbridge");
    return serviceOf("eventbridge", "json", new client.EventBridgeClient(SETTINGS), client);
  },
  glue: async () => {
    const client = await import("@aws-sdk/client-glue");
    return serviceOf("glue", "json", new client.GlueClient(SETTINGS), client);
  },
  kinesis: async () => {
    const client = await import("@aws-sdk/client-kinesis");
    return serviceOf("kinesis", "json", new client.KinesisClient(SETTINGS), client);
  },
  kms: async () => {
    const client = await import("@aws-sdk/client-kms");
    return serviceOf("kms", "json", new client.KMSClient(SETTINGS), client);
  },
  lambda: async () => {
    const client = await import("@aws-sdk/client-lambda");
    return serviceOf("lambda", "rest-json", new client.LambdaClient(SETTINGS), client);
  },
  ram: async () => {
    const client = await import("@aws-sdk/client-ram");
    return serviceOf("ram", "rest-json", new client.RAMClient(SETTINGS), client);
  },
  rds: async () => {
    const client = await import("@aws-sdk/client-rds");
    return serviceOf("rds", "query", new client.RDSClient(SETTINGS), client);
  },
  scheduler: async () => {
    const client = await import("@aws-sdk/client-scheduler");
    return serviceOf("scheduler", "rest-json", new client.SchedulerClient(SETTINGS), client);
  },
  secretsmanager: async () => {
    const client = await import("@aws-sdk/client-secrets-manager");
    return serviceOf("secretsmanager", "json", new client.SecretsManagerClient(SETTINGS), client);
  },
  sns: async () => {
    const client = await import("@aws-sdk/client-sns");
    return serviceOf("sns", "query", new client.SNSClient(SETTINGS), client);
  },
  sqs: async () => {
    const client = await import("@aws-sdk/client-sqs");
    return serviceOf("sqs", "json", new client.SQSClient(SETTINGS), client);
  },
};

const loaded = new Map<ServiceName, Promise<Service>>();

/** Once for the whole process. */
export async function loadService(name: ServiceName): Promise<Service | undefined> {
  const known = loaded.get(name) ?? LOADERS[name]?.();
  if (known) loaded.set(name, known);
  return known;
}
