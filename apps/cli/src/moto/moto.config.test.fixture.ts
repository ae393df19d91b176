/** moto (seen in 5.2.5) calls every policy with a condition private; AWS looks at the condition. So the policy itself decides. */
const config: { readonly checks: Readonly<Record<string, { readonly params: object }>> } = {
  checks: { "s3/bucket-policy-public": { params: { usePolicyStatus: false } } },
};
export default config;
